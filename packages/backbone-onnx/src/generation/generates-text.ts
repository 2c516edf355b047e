import type { BackboneInfo } from "@incipit/core";
import { extractSubgraph } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { takeRows, tensor, toFloat32 } from "@incipit/tensor";
import type { FrozenModel } from "../compose.js";
import { isCache } from "../fixed-inputs.js";
import { isEncoderDecoder, type ModelGraphs } from "../model-graphs.js";
import { probes } from "../probes.js";
import { tellsTheSame } from "./tells-the-same.js";

/**
 * Whether a model reads ids and tells each token's next word. A masked language model looks like a decoder without a cache;
 * where its tokenizer has a mask token, the model is asked which it is.
 */
export async function generatesText(
  graphs: ModelGraphs,
  { features, embeddings, tokenizer }: Pick<BackboneInfo, "features" | "embeddings" | "tokenizer">,
  frozen: FrozenModel,
): Promise<boolean> {
  const reading = graphs.encoder ?? graphs.decoder;
  const { logits } = features;
  if (logits?.kind !== "tokens" || !reading.inputs.some((input) => input.name === "input_ids")) return false;
  if (isEncoderDecoder(graphs) || graphs.decoder.inputs.some(isCache)) return true;
  if (logits.width !== embeddings.size) return false;
  return tokenizer.maskId === undefined || isCausal(frozen);
}

/** Whether what a model tells at the first of its tokens is the same whatever the last one is. */
async function isCausal({ graph, site, ...text }: FrozenModel): Promise<boolean> {
  const [feed = {}] = probes(graph, { site, ...text });
  const ids = site.kind === "tokens" ? feed[site.ids] : undefined;
  const [rows = 0, length = 0] = ids?.shape ?? [];
  if (site.kind !== "tokens" || ids === undefined || rows < 2) return false;
  // Two texts that differ in the last word.
  const words = Array.from(ids.data, Number).with(length - 1, Number(ids.data[length - 1]) === 0 ? 1 : 0);
  const { logits } = await evaluate(extractSubgraph(graph, ["logits"]), {
    ...feed,
    [site.ids]: tensor(ids.dtype, ids.shape, words),
  });
  if (logits === undefined) return false;
  const width = logits.shape.at(-1) ?? 0;
  const [first, second] = [0, 1].map((row) => toFloat32(takeRows(logits, [row])).data.subarray(0, width));
  return first !== undefined && second !== undefined && tellsTheSame(first, second);
}
