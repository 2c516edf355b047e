import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Replace a file as a whole: after a crash at any moment, its path has either the old content or the new. */
export async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  await writeFile(temporary, content, { flush: true });
  await rename(temporary, path);
}
