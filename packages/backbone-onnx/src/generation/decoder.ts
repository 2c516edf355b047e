/** @file A decoder as sessions: reading whole texts, then, where it has a cache, one token at a time. */
import { GraphError, type HostTensor, type NamedTensors } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { createSession, type Session, type SessionOptions } from "@incipit/runtime";
import { tensor, zeros } from "@incipit/tensor";
import { isCache } from "../fixed-inputs.js";
import type { ModelGraphs } from "../model-graphs.js";
import { cacheLayout, type CacheLayout } from "./cache.js";
import type { DecodingState } from "./decoding.js";
import { LAST_POSITION, NEXT_LOGITS, readNextLogits, VIRTUAL_TOKENS } from "./graphs.js";
import { tokenInputs, type TokenInputsOptions } from "./token-inputs.js";

/** What reads a decoder's texts. */
export interface Decoder extends TokenInputsOptions {
  /** Reads whole texts. */
  readonly whole: Session;
  /** Reads one token more, given the cache; without this, texts are read anew at every step. */
  readonly cached?: { readonly session: Session; readonly layout: CacheLayout };
  /** What comes before the names of the decoder's own inputs where a graph takes those of an encoder, too. */
  readonly prefix: "" | "decoder_";
  /** Width of the virtual tokens. */
  readonly width: number;
}

/** A decoder's sessions. */
export interface DecoderSessions extends Pick<Decoder, "whole" | "cached"> {
  readonly dispose: () => Promise<void>;
}

/**
 * Loads a decoder.
 * @param whole what reads whole texts, where that is not `decoder` as it is
 */
export async function openSessions(
  { decoder, decoderWithPast }: ModelGraphs,
  whole: Graph,
  options: SessionOptions,
): Promise<DecoderSessions> {
  const reading = decoder.inputs.some(isCache) ? decoder : decoderWithPast;
  const layout = reading && cacheLayout(reading, decoder);
  const first = await createSession(readNextLogits(whole), options);
  const later =
    reading === undefined || reading === decoder
      ? first
      : await createSession(readNextLogits(reading), options);
  return {
    whole: first,
    ...(layout && { cached: { session: later, layout } }),
    dispose: async () => {
      for (const session of new Set([first, later])) await session.dispose();
    },
  };
}

/** Reads whole texts. @param tensors what the graph takes besides its tokens, a row for each text */
export async function readTexts(
  decoder: Decoder,
  ids: readonly (readonly number[])[],
  tensors: NamedTensors,
): Promise<DecodingState> {
  const { whole, cached, prefix } = decoder;
  const { inputs, last } = tokenInputs(ids, decoder);
  const results = await whole.run({
    ...cached?.layout.empty(ids.length),
    ...switches(false),
    ...tensors,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [prefix + name, value])),
    [LAST_POSITION]: last,
  });
  const kept = cached && { attention_mask: inputs.attention_mask, ...cached.layout.after(results) };
  return { ids, logits: nextLogits(results), tensors: { ...tensors, ...kept } };
}

/** Reads one more token of each text. */
export async function readTokens(
  decoder: Decoder,
  state: DecodingState,
  more: readonly number[],
): Promise<DecodingState> {
  const { cached, virtualTokens, width } = decoder;
  const ids = state.ids.map((row, i) => [...row, ...more.slice(i, i + 1)]);
  if (cached === undefined) return readTexts(decoder, ids, state.tensors);
  const { attention_mask: mask, ...tensors } = state.tensors;
  const column = (values: readonly number[]) => tensor("int64", [ids.length, 1], values);
  const grown = grownByOne(mask);
  const results = await cached.session.run({
    ...switches(true),
    ...tensors,
    input_ids: column(more),
    attention_mask: grown,
    position_ids: column(ids.map((row) => virtualTokens + row.length - 1)),
    [VIRTUAL_TOKENS]: zeros("float32", [1, 0, width]),
    [LAST_POSITION]: zeros("int64", [ids.length]),
  });
  const cache = cached.layout.after(results, tensors);
  return { ids, logits: nextLogits(results), tensors: { ...tensors, ...cache, attention_mask: grown } };
}

/** Inputs of merged decoders and of newer exports that are the same for all texts. */
function switches(usesCache: boolean): NamedTensors {
  return {
    use_cache_branch: tensor("bool", [1], [usesCache]),
    // All of them: how many positions at the end of a text get logits.
    num_logits_to_keep: tensor("int64", [], [0]),
  };
}

/** A mask with another column of ones. */
function grownByOne(mask: HostTensor | undefined): HostTensor<"int64"> {
  const [batch = 0, read = 0] = mask?.shape ?? [];
  const data = new BigInt64Array(batch * (read + 1)).fill(1n);
  for (let row = 0; row < batch; row++) {
    for (let i = 0; i < read; i++) data[row * (read + 1) + i] = BigInt(mask?.data[row * read + i] ?? 1);
  }
  return tensor("int64", [batch, read + 1], data);
}

function nextLogits(results: NamedTensors): HostTensor<"float32"> {
  const logits = results[NEXT_LOGITS];
  if (logits?.dtype !== "float32") throw new GraphError("The decoder gave no logits.");
  return logits;
}
