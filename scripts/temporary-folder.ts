import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder, which is removed when this process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "incipit-"));
  process.on("exit", () => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
