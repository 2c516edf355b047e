import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Packages from the bottom up. Each may import those before it, never those after it. */
const layers = [
  "core",
  "tensor",
  "onnx",
  "autodiff",
  "runtime",
  "backbone-onnx",
  "backbone-use",
  "prompts",
  "heads",
  "metrics",
  "data",
  "trainer",
  "adapter",
];

const internals = {
  group: ["@incipit/*/src/*", "@incipit/*/dist/*", "../../*/src/*"],
  message: "Import a package by its name: what it does not export is its own business.",
};
const protobuf = {
  group: ["@bufbuild/*"],
  message: "Protobuf stays inside packages/onnx/src/serde; everything else sees Graph.",
};

/** For each package: only the layers below it. */
const directions = layers.map((name, index) => ({
  files: [`packages/${name}/src/**/*.ts`],
  ignores: ["**/*.test.ts", "packages/onnx/src/serde/**"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          internals,
          protobuf,
          {
            group: [...layers.slice(index), "testing"].flatMap((above) => [
              `@incipit/${above}`,
              `@incipit/${above}/*`,
            ]),
            message: `@incipit/${name} may import only the packages below it: ${layers.slice(0, index).join(", ") || "none"}.`,
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["**/dist/**", "**/generated/**", "**/.turbo/**", "**/test-data/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "import-x/no-extraneous-dependencies": [
        "error",
        { devDependencies: ["**/*.test.ts", "**/test/**", "**/*.config.ts", "bench/**", "examples/**"] },
      ],
      "import-x/no-cycle": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // It would have us write the non-null `!` that the rule above forbids.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: true }],
    },
  },
  ...directions,
  {
    files: ["**/*.test.ts", "**/test/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
);
