import type { HostTensor } from "@incipit/core";
import { inMemory, intAttribute, sizeOf, type Graph, type Node, type Value } from "@incipit/onnx";

/** A matrix among a model's weights. */
export interface FrozenMatrix {
  readonly name: Value;
  readonly entries: number;
  /** The model itself holds it in 8-bit integers. */
  readonly isInt8: boolean;
  /** Its numbers, `[rows, columns]`; read or made at each call. */
  read(): HostTensor<"float32">;
}

/** The matrix behind a value: a weight in float32, or one in 8-bit integers that the graph turns into floats. */
export function frozenMatrix(
  value: Value,
  { initializers }: Graph,
  producers: ReadonlyMap<Value, Node>,
): FrozenMatrix | undefined {
  const tensor = initializers.get(value);
  if (tensor?.dtype === "float32" && tensor.shape.length === 2) {
    return { name: value, entries: sizeOf(tensor.shape), isInt8: false, read: () => inMemory(tensor) };
  }
  const node = producers.get(value);
  if (node?.opType !== "DequantizeLinear" || intAttribute(node, "block_size", 0) !== 0) return undefined;
  const [integers, scales, zeroPoints] = node.inputs.map((input) => initializers.get(input));
  if ((integers?.dtype !== "int8" && integers?.dtype !== "uint8") || scales?.dtype !== "float32")
    return undefined;
  const [rows = 0, columns = 0, ...others] = integers.shape;
  if (others.length > 0) return undefined;
  const alongRows = intAttribute(node, "axis", 1) === 0;
  const single = sizeOf(scales.shape) === 1;
  return {
    name: value,
    entries: rows * columns,
    isInt8: true,
    read() {
      const data = new Float32Array(rows * columns);
      const [values, sizes, zeros] = [inMemory(integers).data, scales.data, zeroPoints?.data];
      for (let i = 0; i < data.length; i++) {
        const at = single ? 0 : alongRows ? Math.floor(i / columns) : i % columns;
        const zero = Number(zeros?.[at] ?? 0);
        data[i] = ((values[i] ?? 0) - zero) * (sizes[at] ?? 0);
      }
      return { dtype: "float32", shape: [rows, columns], data };
    },
  };
}
