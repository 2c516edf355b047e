import { deepStrictEqual } from "node:assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.js";
import { type Manifest } from "../workspaces.js";

/** What a user can import of a package: its name and its subpaths. */
export function entryPoints({ name, exports = {} }: Manifest): string[] {
  return Object.keys(exports)
    .filter((path) => path !== "./package.json")
    .map((path) => name + path.slice(1));
}

/**
 * Imports and requires `entries` in the folder `consumer`.
 * @throws {Error} when one does not load, or exports other names to ESM than to CommonJS.
 */
export function checkImports(consumer: string, entries: string[], env: NodeJS.ProcessEnv): void {
  const [esm, cjs] = ["check-esm.mjs", "check-cjs.cjs"].map((script) => {
    cpSync(join(import.meta.dirname, script), join(consumer, script));
    return JSON.parse(run("node", [script, ...entries], { cwd: consumer, env })) as unknown;
  });
  deepStrictEqual(esm, cjs, "ESM and CommonJS export the same names");
}
