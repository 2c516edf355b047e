/** @file What a backbone without token ids, such as one of images or sound, has for tokenizer and embedding table. */
import { ConfigError, type EmbeddingTable, type Tokenizer } from "@incipit/core";
import type { Graph, Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { seededRandom, toFloat32 } from "@incipit/tensor";
import { embeddingTable } from "./embedding-table.js";
import { probes } from "./probes.js";

/** The tokenizer of a model that reads no text: it knows no token, and encoding a text is an error that says so. */
export function noTokenizer(model: string): Tokenizer {
  const refuse = (): never => {
    throw new ConfigError(
      `"${model}" takes no token ids: it has no tokenizer, and no text can be given to it.`,
    );
  };
  return {
    vocabularySize: 0,
    fingerprint: "none",
    get padId() {
      return refuse();
    },
    encode: refuse,
    decode: refuse,
    token: refuse,
  };
}

/**
 * A table of no rows, as wide as the embedded input and with its root mean square, which tells a prompt's size: that of
 * noise of zero mean and unit variance, which is what images and sound are normalised to.
 */
export async function noVocabulary(graph: Graph, embedding: Value): Promise<EmbeddingTable> {
  const random = seededRandom(0);
  const [probe = {}] = probes(graph);
  const feeds = Object.fromEntries(
    Object.entries(probe).map(([name, tensor]) => [
      name,
      tensor.dtype === "float32" ? { ...tensor, data: tensor.data.map(() => random.normal()) } : tensor,
    ]),
  );
  const { [embedding]: embedded } = await evaluate({ ...graph, outputs: [{ name: embedding }] }, feeds);
  if (embedded === undefined) throw new ConfigError(`The model gave no value for "${embedding}".`);
  const { shape, data } = toFloat32(embedded);
  const width = shape.at(-1) ?? 0;
  const { rms } = embeddingTable({ dtype: "float32", shape: [data.length / width, width], data });
  return { ...embeddingTable({ dtype: "float32", shape: [0, width], data: new Float32Array() }), rms };
}
