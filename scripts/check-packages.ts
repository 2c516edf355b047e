/** Checks what would be published: publint on every package, and its types as Node and bundlers resolve them. */
import { packAll, type Packed } from "./pack.js";
import { run } from "./run.js";
import { temporaryFolder } from "./temporary-folder.js";

/** The commands that must succeed for a packed package. Programs export nothing, so their types need no check. */
function checks({ tarball, manifest }: Packed): string[][] {
  const publint = ["publint", "run", tarball, "--strict"];
  const types = ["attw", tarball, "--profile", "node16", "--no-emoji", "--no-color"];
  return manifest.exports ? [publint, types] : [publint];
}

/** Runs a check; prints what it found where it fails. */
function passes([command = "", ...args]: string[]): boolean {
  try {
    run(command, args);
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

for (const packed of packAll(temporaryFolder())) {
  const results = checks(packed).map(passes);
  if (results.includes(false)) process.exitCode = 1;
  console.log(`checked ${packed.manifest.name}`);
}
