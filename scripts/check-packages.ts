/** Checks what would be published: publint on every package, and its types as Node and bundlers resolve them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll, type Packed } from "./pack.js";
import { run } from "./run.js";

/** The commands that must succeed for a packed package. Programs export nothing, so their types need no check. */
function checks({ tarball, manifest }: Packed): string[][] {
  const publint = ["publint", "run", tarball, "--strict"];
  const types = ["attw", tarball, "--profile", "node16", "--no-emoji", "--no-color"];
  return manifest.exports ? [publint, types] : [publint];
}

const folder = mkdtempSync(join(tmpdir(), "incipit-packages-"));
try {
  for (const packed of packAll(folder)) {
    for (const [command = "", ...args] of checks(packed)) {
      try {
        run(command, args);
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
      }
    }
    console.log(`checked ${packed.manifest.name}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
