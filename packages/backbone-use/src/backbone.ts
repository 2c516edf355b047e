import { onnxBackbone, type OptimizationOptions } from "@incipit/backbone-onnx";
import type { Backbone } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import type { SessionOptions } from "@incipit/runtime";
import { createHash } from "node:crypto";
import { encoderGraph, MAX_LENGTH } from "./encoder.js";
import { packageFolder } from "./files.js";
import { encoderParameters } from "./parameters.js";
import { useTokenizer } from "./tokenizer.js";
import { readWeights } from "./weights.js";

/** Where the encoder comes from, and what it runs on. */
export interface UseOptions {
  /** The folder of `model.json`, its shards and `vocab.json`; that of the installed package by default. */
  readonly folder?: string;
  /** Device and threads. */
  readonly session?: SessionOptions;
  /** How training and prediction are made fast. */
  readonly optimization?: OptimizationOptions;
}

/**
 * The embedded default backbone: the Universal Sentence Encoder (lite), frozen. Its features are `tokens`
 * `[batch, seq, 512]`, `pooled` and `embedding` `[batch, 512]`; its inputs have at most 128 tokens.
 * @throws {FormatError} when the encoder's files are missing or broken
 */
export async function loadUse(options: UseOptions = {}): Promise<Backbone> {
  const { folder = packageFolder(), session, optimization } = options;
  const [{ weights, bytes }, tokenizer] = await Promise.all([readWeights(folder), useTokenizer(folder)]);
  return onnxBackbone({
    name: "universal-sentence-encoder-lite",
    graph: encoderGraph(encoderParameters(weights)),
    tokenizer,
    fingerprint: createHash("sha256").update(bytes).digest("hex"),
    maxLength: MAX_LENGTH,
    ...(session !== undefined && { session }),
    ...(optimization !== undefined && { optimization }),
  });
}

/**
 * The encoder's ONNX graph alone, e.g. to write it to a file.
 * @param folder as in `UseOptions`
 * @throws {FormatError} when the encoder's files are missing or broken
 */
export async function useGraph(folder = packageFolder()): Promise<Graph> {
  const { weights } = await readWeights(folder);
  return encoderGraph(encoderParameters(weights));
}
