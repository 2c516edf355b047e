import type { HostTensor } from "@incipit/core";
import type { Attributes } from "../graph/graph.js";
import { int64, toInt64 } from "../graph/tensors.js";

/** The tensor that a `Constant` node with these attributes stands for; undefined where it holds no numbers. */
export function constantValue(attributes: Attributes): HostTensor | undefined {
  const attribute = Object.values(attributes)[0];
  switch (attribute?.type) {
    case "tensor":
      return attribute.value;
    case "int":
      return { dtype: "int64", shape: [], data: BigInt64Array.of(toInt64(attribute.value)) };
    case "ints":
      return int64(attribute.value);
    case "float":
      return { dtype: "float32", shape: [], data: Float32Array.of(attribute.value) };
    case "floats":
      return { dtype: "float32", shape: [attribute.value.length], data: Float32Array.from(attribute.value) };
    default:
      return undefined;
  }
}
