/** @file Parameters as files that the peer's script reads and writes too. */
import { readFile, writeFile } from "node:fs/promises";
import { FormatError, type Parameters } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { z } from "zod";

/** What the peer calls our parameters, whatever the model calls its classifier. */
const PEER_NAMES = [
  ["prompt", /^prompt\.embeddings$/],
  ["head.weight", /\.weight$/],
  ["head.bias", /\.bias$/],
] as const;

function peerName(name: string): string {
  return PEER_NAMES.find(([, ours]) => ours.test(name))?.[0] ?? name;
}

const file = z.record(z.string(), z.object({ shape: z.array(z.int()), data: z.array(z.number()) }));

/** Writes parameters so that reading them gives the same bytes: each float32 as the shortest decimal of the same float64. */
export async function writeValues(path: string, parameters: Parameters): Promise<void> {
  const values = Object.entries(parameters).map(([name, { shape, data }]) => [
    peerName(name),
    { shape, data: Array.from(data) },
  ]);
  await writeFile(path, JSON.stringify(Object.fromEntries(values)));
}

/**
 * Parameters with the values of a file in place of their own.
 * @param part which of them the file shall give: the prompt's or the others
 * @throws {FormatError} when it has none of that name, or one of another shape
 */
export async function readValues(
  path: string,
  parameters: Parameters,
  part: "prompt" | "head",
): Promise<Parameters> {
  const parsed = file.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (!parsed.success) throw new FormatError(`${path}: ${z.prettifyError(parsed.error)}`);
  const read = Object.entries(parameters).map(([name, own]) => {
    const theirs = peerName(name);
    if ((theirs === "prompt") !== (part === "prompt")) return [name, own] as const;
    const value = parsed.data[theirs];
    if (value?.shape.join() !== own.shape.join()) {
      throw new FormatError(
        `${path}: expected "${theirs}" of shape [${own.shape.join()}], got ${value ? `[${value.shape.join()}]` : "none"}.`,
      );
    }
    return [name, tensor("float32", own.shape, Float32Array.from(value.data))] as const;
  });
  return Object.fromEntries(read);
}
