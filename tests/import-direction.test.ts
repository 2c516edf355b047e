import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";
import { root, workspaces } from "../scripts/workspaces.js";

/** Our configuration without the rules that need types: they would read the whole package for one line. */
const eslint = new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked });

const importRules = [
  "no-restricted-imports",
  "no-restricted-syntax",
  "import-x/no-extraneous-dependencies",
  "import-x/no-relative-packages",
];

/** The names of the rules that forbid `import "<name>"` in a file. */
async function forbiddenBy(file: string, name: string): Promise<string[]> {
  const results = await eslint.lintText(`export { default } from "${name}";\n`, {
    filePath: join(root, file),
  });
  return results.flatMap(({ messages }) =>
    messages.flatMap(({ ruleId }) => (ruleId !== null && importRules.includes(ruleId) ? [ruleId] : [])),
  );
}

test.each(workspaces)("$folder is known to the linter and may not import a program", async ({ folder }) => {
  expect(await forbiddenBy(`${folder}/src/x.ts`, "@incipit/cli")).toContain("no-restricted-imports");
});

describe("a package", () => {
  test("may not import a package above it", async () => {
    expect(await forbiddenBy("packages/tensor/src/x.ts", "@incipit/onnx")).toContain("no-restricted-imports");
    expect(await forbiddenBy("packages/tensor/src/x.test.ts", "@incipit/onnx")).toContain(
      "no-restricted-imports",
    );
  });

  test("may import a package below it that it depends on", async () => {
    expect(await forbiddenBy("packages/tensor/src/x.ts", "@incipit/core")).toEqual([]);
  });

  test("may not import what it does not depend on", async () => {
    expect(await forbiddenBy("packages/core/src/x.ts", "zod")).toEqual([
      "import-x/no-extraneous-dependencies",
    ]);
  });

  test("may not reach into another package", async () => {
    expect(await forbiddenBy("packages/tensor/src/x.ts", "../../core/src/errors.js")).toEqual([
      "import-x/no-relative-packages",
    ]);
    expect(await forbiddenBy("packages/tensor/src/x.ts", "@incipit/core/src/errors.js")).toContain(
      "no-restricted-imports",
    );
  });

  test("may import the test helpers in its tests only", async () => {
    expect(await forbiddenBy("packages/autodiff/src/x.ts", "@incipit/testing")).toContain(
      "no-restricted-imports",
    );
    expect(await forbiddenBy("packages/autodiff/src/x.test.ts", "@incipit/testing")).not.toContain(
      "no-restricted-imports",
    );
  });

  test("may not see protobuf, except onnx where it reads and writes files", async () => {
    expect(await forbiddenBy("packages/onnx/src/x.ts", "@bufbuild/protobuf")).toEqual([
      "no-restricted-syntax",
    ]);
    expect(await forbiddenBy("packages/onnx/src/serde/x.ts", "@bufbuild/protobuf")).toEqual([]);
  });
});
