import { initializers } from "@incipit/tensor";
import type { PromptInit } from "./initializer.js";

/**
 * Normal noise as large as the embedding table's own rows: N(0, rms²). PEFT draws N(0, 1), which is 20 to 50 times
 * larger than most tables' rows.
 * @param scale multiple of the rows' root mean square
 */
export function fromRandom(scale = 1): PromptInit {
  return ({ virtualTokens, embeddings, random }) =>
    initializers.normal({ std: scale * embeddings.rms })(random, [virtualTokens, embeddings.width]);
}
