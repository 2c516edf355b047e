import { ConfigError, GraphError, ShapeError, type EmbeddingTable, type HostTensor } from "@incipit/core";
import { extractSubgraph, inMemory, type Graph } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { takeRows, tensor, toFloat32 } from "@incipit/tensor";
import type { TokenSite } from "./token-site.js";

/**
 * What a model's token ids are embedded as: its table; or, where that is decoded or scaled, what the model makes of every
 * id.
 * @throws {GraphError} when the embedding does not depend on the ids alone
 */
export async function vocabularyOf(graph: Graph, site: TokenSite): Promise<EmbeddingTable> {
  const weight = graph.initializers.get(site.table ?? "");
  return embeddingTable(weight ?? (await embedAll(graph, site)));
}

async function embedAll(graph: Graph, { ids, embedding, vocabulary }: TokenSite): Promise<HostTensor> {
  const part = extractSubgraph(graph, [embedding]);
  const dtype = part.inputs.find((input) => input.name === ids)?.dtype ?? "int64";
  const all = tensor(
    dtype,
    [1, vocabulary],
    Array.from({ length: vocabulary }, (_, id) => id),
  );
  const { [embedding]: rows } = await evaluate(part, { [ids]: all });
  if (rows === undefined) throw new GraphError(`The model gave no value for its embedding "${embedding}".`);
  const table = toFloat32(rows);
  return { ...table, shape: table.shape.slice(1) };
}

/** The rows of a weight `[size, width]` as an embedding table. @throws {ShapeError} when it is no float matrix */
export function embeddingTable(weight: HostTensor): EmbeddingTable {
  const [size, width] = weight.shape;
  if (size === undefined || width === undefined || weight.shape.length !== 2) {
    throw new ShapeError(
      `An embedding table is [vocabulary, width]; this one is [${weight.shape.join(", ")}].`,
    );
  }
  return {
    size,
    width,
    rms: rootMeanSquare(toFloat32(inMemory(weight)).data),
    rows(ids) {
      const unknown = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= size);
      if (unknown !== undefined) {
        throw new ConfigError(`Token id ${unknown} is out of range; the vocabulary has ${size} entries.`);
      }
      return toFloat32(takeRows(inMemory(weight), ids));
    },
  };
}

function rootMeanSquare(data: Float32Array): number {
  let squares = 0;
  for (const value of data) squares += value * value;
  return Math.sqrt(squares / data.length);
}
