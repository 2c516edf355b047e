import { basename, join } from "node:path";
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import importX, { createNodeResolver } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Packages from the bottom up. Each may import those before it, never those after it. */
const layers = [
  "core",
  "safetensors",
  "tensor",
  "prompts",
  "heads",
  "metrics",
  "data",
  "templates",
  "generation",
  "onnx",
  "runtime",
  "testing",
  "optimize",
  "autodiff",
  "backbone-onnx",
  "backbone-transformers",
  "backbone-use",
  "trainer",
  "adapter",
];

/** What stands on the packages: it may import all of them, and nothing may import it. */
const programs = ["apps/cli", "apps/conformance", "bench", "examples", "tests"];

const tests = ["**/*.test.ts", "**/test/**/*.ts"];

/**
 * A rule's pattern that forbids some of our packages.
 * @param {string[]} names
 * @param {string} message
 */
const forbid = (names, message) => ({ group: names.map((name) => `@incipit/${name}`), message });

const internals = {
  group: ["@incipit/*/src/**", "@incipit/*/dist/**"],
  message: "Import a package by its name: what it does not export is its own business.",
};
/** Programs that measure: models with random weights are to them what they are to tests. */
const TESTING = ["bench"];
const testing = forbid(["testing"], "@incipit/testing is for tests.");

/**
 * What sources and tests in `folder` may not import, and which package.json must name what they do import.
 * @param {string} folder
 * @param {ReturnType<typeof forbid>} forbidden
 * @returns {import("eslint").Linter.Config[]}
 */
function boundary(folder, forbidden) {
  const onlyInTests = TESTING.includes(folder) ? [] : [testing];
  return [
    {
      files: [`${folder}/**/*.ts`],
      rules: {
        "no-restricted-imports": ["error", { patterns: [internals, ...onlyInTests, forbidden] }],
        "import-x/no-extraneous-dependencies": [
          "error",
          {
            devDependencies: [...tests, "**/*.config.ts", "examples/**", "bench/**", "tests/**"],
            packageDir: [import.meta.dirname, join(import.meta.dirname, folder)],
          },
        ],
      },
    },
    {
      files: tests.map((glob) => `${folder}/${glob}`),
      rules: { "no-restricted-imports": ["error", { patterns: [internals, forbidden] }] },
    },
  ];
}

const programNames = programs.map((folder) => basename(folder));
const boundaries = [
  ...layers.flatMap((name, index) => {
    const below = layers.slice(0, index).filter((layer) => layer !== "testing");
    const message = `@incipit/${name} may import only the packages below it: ${below.join(", ") || "none"}.`;
    return boundary(`packages/${name}`, forbid([...layers.slice(index), ...programNames], message));
  }),
  ...programs.flatMap((folder) => boundary(folder, forbid(programNames, "Nothing imports a program."))),
];

export default defineConfig(
  { ignores: ["**/dist/**", "**/generated/**", "**/.turbo/**", "**/test-data/**", "tests/.docs/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createNodeResolver({
          conditionNames: ["@incipit/source", "import", "require", "node", "default"],
          extensionAlias: { ".js": [".ts", ".js"] },
        }),
      ],
    },
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
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
  ...boundaries,
  {
    files: ["packages/**/*.ts", "apps/**/*.ts"],
    ignores: ["**/*.config.ts"],
    rules: { "import-x/no-relative-packages": "error" },
  },
  {
    files: ["**/*.ts"],
    ignores: ["packages/onnx/src/serde/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "[source.value=/^@bufbuild\\//]",
          message: "Protobuf stays inside packages/onnx/src/serde; everything else sees Graph.",
        },
      ],
    },
  },
  {
    files: tests,
    rules: {
      "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", require: "readonly" },
    },
  },
);
