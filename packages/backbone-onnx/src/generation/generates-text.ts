import type { BackboneInfo } from "@incipit/core";
import { holdsEncoderDecoder } from "../encoder-decoder.js";
import { isCache } from "../fixed-inputs.js";
import type { ModelGraphs } from "../model-graphs.js";

/** Whether a model reads ids and tells words for each token, as far as its inputs and outputs show. */
export function generatesText(
  { encoder, decoder }: ModelGraphs,
  { features, embeddings }: Pick<BackboneInfo, "features" | "embeddings">,
): boolean {
  const reading = encoder ?? decoder;
  const { logits } = features;
  if (logits?.kind !== "tokens" || !reading.inputs.some((input) => input.name === "input_ids")) return false;
  if (logits.width === embeddings.size || encoder !== undefined) return true;
  return holdsEncoderDecoder(decoder) || decoder.inputs.some(isCache);
}
