import type { Tokenizer } from "@incipit/core";
import type { FrozenModel } from "./compose.js";

/**
 * Token ids that look like a text's: the special tokens that a text begins and ends with, and between them an ordinary
 * one, neither padding nor special, which can stand where virtual tokens will be.
 * @param ordinary the ordinary token, if it is known
 */
export function sampleText(
  tokenizer: Tokenizer,
  ordinary?: number,
): Pick<Required<FrozenModel>, "placeholderId" | "sampleIds"> {
  const plain = tokenizer.encode("the", { specialTokens: false }).ids;
  const framed = tokenizer.encode("the").ids;
  const start = framed.findIndex((_, i) => plain.every((id, k) => framed[i + k] === id));
  const [before, after] = [
    framed.slice(0, Math.max(start, 0)),
    framed.slice(Math.max(start, 0) + plain.length),
  ];
  const special = new Set([tokenizer.padId, ...before, ...after]);
  const placeholderId = ordinary ?? plain.find((id) => !special.has(id)) ?? unlike(special);
  return {
    placeholderId,
    sampleIds: (length) =>
      Array.from({ length }, (_, i) => before[i] ?? after[i - length + after.length] ?? placeholderId),
  };
}

/** The first id that is none of these. */
function unlike(ids: ReadonlySet<number>): number {
  let id = 0;
  while (ids.has(id)) id++;
  return id;
}
