import { ConfigError, ShapeError, type EmbeddingTable, type HostTensor } from "@incipit/core";
import { toFloat32 } from "@incipit/tensor";

/** The rows of a weight `[size, width]` as an embedding table. @throws {ShapeError} when it is no float matrix */
export function embeddingTable(weight: HostTensor): EmbeddingTable {
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
    rms: Math.sqrt(squares / data.length),
    rows(ids) {
      const rows = new Float32Array(ids.length * width);
      ids.forEach((id, i) => {
        if (!Number.isInteger(id) || id < 0 || id >= size) {
          throw new ConfigError(`Token id ${id} is out of range; the vocabulary has ${size} entries.`);
        }
        rows.set(data.subarray(id * width, (id + 1) * width), i * width);
      });
      return { dtype: "float32", shape: [ids.length, width], data: rows };
    },
  };
}
