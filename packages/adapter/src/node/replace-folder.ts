import { access, mkdir, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

/**
 * Give a folder these files, all at once: they are written beside it, and two renames put them in its place. A crash leaves the old folder,
 * at worst under the name `.<folder>.old`, from where the next call brings it back.
 * @param owned names of files that do not outlive the replacement unless `files` has them; all others stay
 * @throws the system's error when something cannot be written; the folder is then as it was
 */
export async function replaceFolder(
  path: string,
  files: Readonly<Record<string, Uint8Array>>,
  owned: readonly string[],
): Promise<void> {
  const folder = await resolveFolder(path);
  const beside = (state: string) => join(dirname(folder), `.${basename(folder)}.${state}`);
  const [fresh, old] = [beside("new"), beside("old")];
  await recover(folder, old, owned);
  try {
    await writeFolder(fresh, files);
    if (await exists(folder)) await rename(folder, old);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    await recover(folder, old, owned);
    throw error;
  }
  await recover(folder, old, owned);
}

async function resolveFolder(path: string): Promise<string> {
  const folder = (await exists(path)) ? await realpath(path) : resolve(path);
  if (`${process.cwd()}${sep}`.startsWith(folder === sep ? sep : `${folder}${sep}`)) {
    throw new Error("it is the working folder or one above it");
  }
  return folder;
}

async function writeFolder(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content, { flush: true });
  }
}

/** Undo or finish a replacement, however far it came: bring the old folder back, or move into the new one what it keeps of the old. */
async function recover(folder: string, old: string, owned: readonly string[]): Promise<void> {
  if (!(await exists(old))) return;
  if (!(await exists(folder))) {
    await rename(old, folder);
    return;
  }
  for (const name of await readdir(old)) {
    if (!owned.includes(name)) await rename(join(old, name), join(folder, name));
  }
  await rm(old, { recursive: true });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
