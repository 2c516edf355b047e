import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Where a case is, and what it is called. */
export interface CaseFolder {
  readonly name: string;
  readonly folder: string;
}

/** The cases in these folders, by name. */
export async function caseFolders(folders: readonly string[]): Promise<readonly CaseFolder[]> {
  const found = await Promise.all(
    folders.map(async (parent) => {
      const entries = await readdir(parent, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      return names.map((name) => ({ name, folder: join(parent, name) }));
    }),
  );
  return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}
