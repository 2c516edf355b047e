import type { HostTensor } from "@incipit/core";

/** A matrix in 8-bit integers, with a scale for each column. */
export interface QuantizedMatrix {
  /** `[rows, columns]` */
  readonly values: HostTensor<"int8">;
  /** `[columns]` */
  readonly scales: HostTensor<"float32">;
}

/** How a matrix is quantised. */
export interface QuantizeOptions {
  /** Quantise the transpose. */
  readonly transposed: boolean;
  /** The largest integer used: 127, or 63 where 8-bit products overflow the processor's 16-bit sums. */
  readonly limit: number;
}

/** Symmetric rounding, a scale for each column: the column's largest entry becomes `limit`. */
export function quantizeMatrix(
  { shape, data }: HostTensor<"float32">,
  { transposed, limit }: QuantizeOptions,
): QuantizedMatrix {
  const [height = 0, width = 0] = shape;
  const [rows, columns] = transposed ? [width, height] : [height, width];
  const [rowStride, columnStride] = transposed ? [1, width] : [width, 1];
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const size = Math.abs(data[row * rowStride + column * columnStride] ?? 0);
      if (size > (scales[column] ?? 0)) scales[column] = size;
    }
  }
  const inverses = scales.map((largest) => (largest === 0 ? 0 : limit / largest));
  const values = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = data[row * rowStride + column * columnStride] ?? 0;
      values[row * columns + column] = Math.round(value * (inverses[column] ?? 0));
    }
  }
  return {
    values: { dtype: "int8", shape: [rows, columns], data: values },
    scales: { dtype: "float32", shape: [columns], data: scales.map((largest) => largest / limit) },
  };
}
