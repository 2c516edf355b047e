import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "@incipit/core";
import { z } from "zod";

/** What decides how much arithmetic a transformer is. */
export interface ModelSizes {
  readonly hidden: number;
  /** Width of queries, keys and values, all heads together. */
  readonly inner: number;
  readonly feedForward: number;
  /** Of the encoder, or of the only part. */
  readonly layers: number;
  /** 0 where there is no decoder beside an encoder. */
  readonly decoderLayers: number;
  readonly vocabulary: number;
  /** Of the classifier that the model comes with. */
  readonly labels: number;
}

/** `config.json` in the spellings of BERT, GPT-2 and T5. */
const config = z.looseObject({
  hidden_size: z.int().optional(),
  n_embd: z.int().optional(),
  d_model: z.int().optional(),
  num_hidden_layers: z.int().optional(),
  n_layer: z.int().optional(),
  num_layers: z.int().optional(),
  num_decoder_layers: z.int().optional(),
  intermediate_size: z.int().optional(),
  n_inner: z.int().nullish(),
  d_ff: z.int().optional(),
  num_heads: z.int().optional(),
  d_kv: z.int().optional(),
  vocab_size: z.int(),
  id2label: z.record(z.string(), z.string()).optional(),
});

/**
 * The sizes of the model in a folder.
 * @throws {FormatError} when its `config.json` does not say them
 */
export async function readModelSizes(folder: string): Promise<ModelSizes> {
  const path = join(folder, "config.json");
  const parsed = config.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (!parsed.success) throw new FormatError(`${path}: ${z.prettifyError(parsed.error)}`);
  const c = parsed.data;
  const hidden = c.hidden_size ?? c.n_embd ?? c.d_model;
  const layers = c.num_hidden_layers ?? c.n_layer ?? c.num_layers;
  if (hidden === undefined || layers === undefined)
    throw new FormatError(`${path}: it does not say how wide the model is, or how many layers it has.`);
  return {
    hidden,
    inner: c.num_heads !== undefined && c.d_kv !== undefined ? c.num_heads * c.d_kv : hidden,
    feedForward: c.intermediate_size ?? c.n_inner ?? c.d_ff ?? 4 * hidden,
    layers,
    decoderLayers: c.num_decoder_layers ?? 0,
    vocabulary: c.vocab_size,
    labels: c.id2label === undefined ? 2 : Object.keys(c.id2label).length,
  };
}
