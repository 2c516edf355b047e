import { ConfigError, GraphError, ShapeError, type EmbeddingTable, type HostTensor } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { toFloat32 } from "@incipit/tensor";
import type { TokenSite } from "./token-site.js";

/** What a model's token ids are embedded as. @throws {GraphError} when the table is not among the weights */
export function vocabularyOf(graph: Graph, { table, scale }: TokenSite): EmbeddingTable {
  const weight = graph.initializers.get(table);
  if (weight === undefined) throw new GraphError(`The embedding table "${table}" is not among the weights.`);
  return embeddingTable(weight, scale);
}

/**
 * The rows of a weight `[size, width]`, times `scale`, as an embedding table.
 * @throws {ShapeError} when it is no float matrix
 */
export function embeddingTable(weight: HostTensor, scale = 1): EmbeddingTable {
  const [size, width] = weight.shape;
  if (size === undefined || width === undefined || weight.shape.length !== 2) {
    throw new ShapeError(
      `An embedding table is [vocabulary, width]; this one is [${weight.shape.join(", ")}].`,
    );
  }
  const { data } = toFloat32(weight);
  let squares = 0;
  for (const value of data) squares += value * value;
  return {
    size,
    width,
    rms: Math.abs(scale) * Math.sqrt(squares / data.length),
    rows(ids) {
      const rows = new Float32Array(ids.length * width);
      ids.forEach((id, i) => {
        if (!Number.isInteger(id) || id < 0 || id >= size) {
          throw new ConfigError(`Token id ${id} is out of range; the vocabulary has ${size} entries.`);
        }
        rows.set(data.subarray(id * width, (id + 1) * width), i * width);
      });
      const scaled = scale === 1 ? rows : rows.map((value) => value * scale);
      return { dtype: "float32", shape: [ids.length, width], data: scaled };
    },
  };
}
