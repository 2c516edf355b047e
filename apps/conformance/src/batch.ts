import { FormatError, type Batch, type DType, type Objective } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { flatten, shapeOf, type Case, type CaseBatch } from "./case.js";

/** ONNX's names for the element types that inputs have. */
const DTYPES: Readonly<Record<string, DType>> = {
  float: "float32",
  int64: "int64",
  int32: "int32",
  bool: "bool",
};

/**
 * A batch as tensors of the types that the case's graphs declare for their inputs, and the objective for its targets; ids
 * of a joined decoder, which goes by another name in its file, are int64.
 * @throws {FormatError} when a graph has an input of another type than the cases have had so far
 */
export function batchOf({ inputs }: CaseBatch, { graphs }: Case, { targets }: Objective): Batch {
  const types = new Map<string, DType>();
  for (const { name, type } of graphs.flatMap((graph) => graph.inputs)) types.set(name, dtypeOf(name, type));
  for (const { name, dtype } of targets) types.set(name, dtype);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [
      name,
      tensor(types.get(name) ?? "int64", shapeOf(values), flatten(values)),
    ]),
  );
}

function dtypeOf(name: string, type: string): DType {
  const dtype = DTYPES[type];
  if (dtype === undefined)
    throw new FormatError(`Input "${name}" has type ${type}, which no case has had so far.`);
  return dtype;
}
