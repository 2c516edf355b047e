import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** How the names of a hub's quantised files end before `.onnx`. */
export const QUANTISED = "_quantized";

/** Whether a model in the hub's layout comes quantised too. */
export async function hasQuantisedFile(folder: string): Promise<boolean> {
  const names = [await readdir(folder), await readdir(join(folder, "onnx")).catch(() => [])].flat();
  return names.some((file) => file.endsWith(`${QUANTISED}.onnx`));
}
