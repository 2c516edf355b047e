import { writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../workspaces.js";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  typeRoots: [join(root, "node_modules/@types")],
  types: ["node"],
};

/**
 * Compiles an ES module and a CommonJS module that import `entries`, with the declarations themselves checked too.
 * @throws {Error} when our declarations have an error, such as a type from a package that is not installed along with ours.
 */
export function checkTypes(consumer: string, entries: string[]): void {
  const modules = {
    "types.mts": entries.map((entry, i) => `import * as m${i} from "${entry}"; void m${i};`),
    "types.cts": entries.map((entry, i) => `import m${i} = require("${entry}"); void m${i};`),
  };
  const files = Object.entries(modules).map(([name, lines]) => {
    const file = join(consumer, name);
    writeFileSync(file, lines.join("\n"));
    return file;
  });
  const ours = ts
    .getPreEmitDiagnostics(ts.createProgram(files, options))
    .filter(
      ({ file }) =>
        file === undefined || files.includes(file.fileName) || file.fileName.includes("/@incipit/"),
    );
  if (ours.length === 0) return;
  const host = { getCurrentDirectory: () => consumer, getCanonicalFileName: String, getNewLine: () => "\n" };
  throw new Error(`The packed packages' types:\n${ts.formatDiagnostics(ours, host)}`);
}
