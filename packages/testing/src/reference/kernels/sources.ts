/** @file Operators that make tensors from attributes, sizes or nothing. */
import { intAttribute, sizeOf } from "@incipit/onnx";
import { fromHost } from "../convert.js";
import { input, unsupported, type Call, type KernelTable } from "../kernel.js";
import { broadcastTo, listOf, scalar, tensor, vector, type Tensor } from "../tensor.js";

/** The one of the value attributes that the node has. */
function constant(call: Call): Tensor {
  for (const [name, attribute] of Object.entries(call.node.attributes)) {
    if (name === "value" && attribute.type === "tensor") return fromHost(attribute.value);
    if (name === "value_int" && attribute.type === "int") return scalar("int64", attribute.value);
    if (name === "value_ints" && attribute.type === "ints") return vector(attribute.value);
    if (name === "value_float" && attribute.type === "float") return scalar("float32", attribute.value);
    if (name === "value_floats" && attribute.type === "floats") {
      return tensor("float32", [attribute.value.length], attribute.value);
    }
  }
  throw unsupported(call, "constants without a numeric value");
}

export const sources = {
  Constant: constant,
  ConstantOfShape: (call) => {
    const { value } = call.node.attributes;
    const fill = value?.type === "tensor" ? fromHost(value.value) : scalar("float32", 0);
    return broadcastTo(fill, listOf(input(call, 0)));
  },
  Shape: (call) => {
    const { shape } = input(call, 0);
    const start = intAttribute(call.node, "start", 0);
    return vector(shape.slice(start, intAttribute(call.node, "end", shape.length)));
  },
  Size: (call) => scalar("int64", sizeOf(input(call, 0).shape)),
  Range: (call) => {
    const { dtype } = input(call, 0);
    const [start = NaN, limit = NaN, delta = NaN] = [0, 1, 2].map((i) => input(call, i).data[0]);
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    return tensor(
      dtype,
      [length],
      Array.from({ length }, (_, i) => start + i * delta),
    );
  },
} satisfies KernelTable;
