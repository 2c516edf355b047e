import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { root } from "../scripts/workspaces.js";
import { removeModules, runModule, runShell, typeErrors, writeModule } from "./code-block.js";
import { codeBlocks } from "./markdown.js";

/*
 * What the documentation shows, works. The `ts` and `sh` blocks of a document run one after the other in one new folder,
 * which has the files of tests/files in it. A `ts no-run` block is only type-checked; of a `sh no-run` block only the
 * scripts that it names are looked up. Blocks in the other languages are for show.
 */
const shown = ["text", "json", "csv", "python", "mermaid", "html"];

const documents = globSync(["*.md", "docs/**/*.md", "{packages,apps}/*/*.md", "{examples,bench}/**/*.md"], {
  cwd: root,
  ignore: ["**/node_modules/**", "**/CHANGELOG.md"],
})
  .sort()
  .map((document) => ({ document, blocks: codeBlocks(readFileSync(join(root, document), "utf8")) }));

removeModules();
const modules = new Map(
  documents.flatMap(({ document, blocks }) =>
    blocks
      .filter(({ language }) => language === "ts")
      .map((block) => [block, writeModule(document, block)] as const),
  ),
);

test("no TypeScript in the documentation has a type error", () => {
  expect(typeErrors([...modules.values()])).toEqual([]);
});

describe.each(documents)("$document", ({ blocks }) => {
  test("names a known language for every block", () => {
    const unknown = blocks.filter(({ language }) => !["ts", "sh", ...shown].includes(language));
    expect(unknown).toEqual([]);
  });

  test("names scripts that exist", () => {
    const shell = blocks.filter(({ language }) => language === "sh").map(({ code }) => code);
    const scripts = [...shell.join("\n").matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "incipit-docs-"));
    cpSync(join(import.meta.dirname, "files"), folder, { recursive: true });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const code = blocks.filter(({ language, flags }) => !shown.includes(language) && !flags.includes("no-run"));
  test.each(code)(
    "runs the code of line $line",
    async (block) => {
      const file = modules.get(block);
      await (file === undefined ? runShell(block, folder) : runModule(file, folder));
    },
    130_000,
  );
});
