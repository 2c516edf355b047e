import { FormatError, type Batch, type DType, type HostTensor } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import type { Case, NestedNumbers } from "./case.js";

/** ONNX's names for the element types that inputs have. */
const DTYPES: Readonly<Record<string, DType>> = {
  float: "float32",
  int64: "int64",
  int32: "int32",
  bool: "bool",
};

/** A case's inputs as tensors of the types that its graphs declare; targets are int64. */
export function batchOf({ inputs, graphs }: Case): Batch {
  const types = new Map(graphs.flatMap((graph) => graph.inputs.map((input) => [input.name, input.type])));
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [
      name,
      toTensor(name, values, types.get(name) ?? "int64"),
    ]),
  );
}

function toTensor(name: string, values: NestedNumbers, type: string): HostTensor {
  const dtype = DTYPES[type];
  if (dtype === undefined)
    throw new FormatError(`Input "${name}" has type ${type}, which no case has had so far.`);
  return tensor(dtype, shapeOf(values), flatten(values));
}

function shapeOf(values: NestedNumbers): number[] {
  const [first] = values;
  return [values.length, ...(typeof first === "object" ? shapeOf(first) : [])];
}

export function flatten(values: NestedNumbers): number[] {
  return values.flatMap((value) => (typeof value === "number" ? [value] : flatten(value)));
}
