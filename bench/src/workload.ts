import { readFile } from "node:fs/promises";
import { FormatError } from "@incipit/core";
import { z } from "zod";

/** One text of the workload, as token ids. */
export interface Text {
  readonly ids: readonly number[];
  readonly label: number;
}

const line = z.object({ input_ids: z.array(z.int().nonnegative()).min(2), label: z.int().nonnegative() });

/**
 * The texts of a file with one `{"input_ids": […], "label": …}` a line.
 * @throws {FormatError} when a line is something else
 */
export async function readWorkload(path: string): Promise<readonly Text[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((text) => text.trim() !== "");
  return lines.map((text, i) => {
    const parsed = line.safeParse(jsonOf(text));
    if (parsed.success) return { ids: parsed.data.input_ids, label: parsed.data.label };
    throw new FormatError(
      `${path}, line ${i + 1}: expected {"input_ids": […], "label": …}; ${z.prettifyError(parsed.error)}`,
    );
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Batches in which texts are sorted together by length. */
const WINDOW = 8;

/**
 * Which texts each batch holds, by position: runs of the file, the last one left out where it is not full. With `groupByLength`,
 * each window of eight batches is first sorted, the longest first; equal lengths keep their order.
 */
export function batchesOf(
  texts: readonly Text[],
  { batchSize, groupByLength }: { readonly batchSize: number; readonly groupByLength: boolean },
): readonly (readonly number[])[] {
  const positions = texts.map((_, i) => i);
  const length = (i: number) => texts[i]?.ids.length ?? 0;
  const order = groupByLength
    ? chunks(positions, WINDOW * batchSize).flatMap((window) => window.sort((a, b) => length(b) - length(a)))
    : positions;
  return chunks(order, batchSize).filter((batch) => batch.length === batchSize);
}

function chunks<E>(items: readonly E[], size: number): E[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
