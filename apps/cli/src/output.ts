import { mkdir, mkdtemp, readdir, realpath, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { ConfigError } from "@incipit/core";

/** The files that make a folder a saved prompt. */
const MARKS = ["incipit.json", "adapter_config.json"];

/**
 * Make sure, before any training, that a prompt can be saved as this folder: it is new, empty, or holds a prompt that may
 * be replaced, and there is leave to write.
 * @throws {ConfigError} when it is not so
 */
export async function checkOutput(out: string): Promise<void> {
  const files = await list(out);
  if (files !== undefined && files.length > 0 && !MARKS.some((mark) => files.includes(mark))) {
    throw refusal(out, "exists and is not a saved prompt. Choose another name, or empty the folder");
  }
  const folder = files === undefined ? resolve(out) : await realpath(out);
  if (`${process.cwd()}${sep}`.startsWith(`${folder}${sep}`)) {
    throw refusal(
      out,
      "is the working folder or one above it, which cannot be replaced. Name a folder in it",
    );
  }
  await checkWritable("--out", folder);
}

/**
 * Make sure that a file or folder can be made, by making one beside it; nothing is left behind.
 * @param option what asked for it
 * @throws {ConfigError} when it cannot
 */
export async function checkWritable(option: string, path: string): Promise<void> {
  const folder = dirname(resolve(path));
  try {
    const made = await mkdir(folder, { recursive: true });
    try {
      await rmdir(await mkdtemp(join(folder, ".incipit-")));
    } finally {
      if (made !== undefined) await rm(made, { recursive: true });
    }
  } catch (cause) {
    throw new ConfigError(
      `${option} ${path}: cannot be written (${reasonOf(cause)}). Choose a place where it can.`,
      { cause, details: { path } },
    );
  }
}

/** The names in a folder; nothing where there is none. */
async function list(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw refusal(folder, `cannot be used as a folder (${reasonOf(cause)}). Choose another name`);
  }
}

function refusal(out: string, problem: string): ConfigError {
  return new ConfigError(`--out ${out}: it ${problem}.`, { details: { out } });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The system's words without the path, e.g. `EACCES: permission denied`. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(",")[0] ?? error.message) : String(error);
}
