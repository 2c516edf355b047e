/**
 * Uses the packages as a user would: packed, installed by npm into an empty folder, without links into this repository.
 *
 *     pnpm pack-test                  on this Node
 *     pnpm pack-test --node 20,22,24  on the newest Node of each line, whose binary an npm package carries
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { packAll } from "./pack.js";
import { checkCli } from "./pack-test/cli.js";
import { checkImports, entryPoints } from "./pack-test/imports.js";
import { checkTypes } from "./pack-test/types.js";
import { run } from "./run.js";
import { temporaryFolder } from "./temporary-folder.js";

const npmInstall = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];

/** Makes an empty project in `folder` with `packages` installed; returns the folder. */
function install(folder: string, packages: string[]): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run("npm", [...npmInstall, ...packages], { cwd: folder });
  return folder;
}

/** The path of the newest Node binary of a version line such as `22`. */
function nodeBinary(version: string, folder: string): string {
  // npm's package `node` would fetch this one in its install script.
  const carrier = `${process.platform === "darwin" ? "node-bin" : "node"}-${process.platform}-${process.arch}`;
  install(folder, [`${carrier}@${version}`]);
  return join(folder, "node_modules", carrier, "bin", "node");
}

const { values } = parseArgs({ options: { node: { type: "string" } } });
const folder = temporaryFolder();

const packed = packAll(join(folder, "tarballs"));
console.log(`packed ${packed.length} packages`);
// Optional peers too: an entry point may be for those who have them.
const peers = packed.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
const consumer = install(join(folder, "consumer"), [
  ...packed.map(({ tarball }) => tarball),
  ...peers.map(([name, range]) => `${name}@${range}`),
]);
const entries = packed.flatMap(({ manifest }) => entryPoints(manifest));
checkTypes(consumer, entries);
console.log(`types: ${entries.length} entry points`);

const nodes = values.node?.split(",").map((version) => nodeBinary(version, join(folder, `node-${version}`)));
for (const node of nodes ?? [process.execPath]) {
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env["PATH"] ?? ""}` };
  const version = run(node, ["--version"]).trim();
  checkImports(consumer, entries, env);
  console.log(`Node ${version}: import and require of ${entries.length} entry points`);
  for (const step of checkCli(consumer, env)) console.log(`Node ${version}: ${step}`);
}
