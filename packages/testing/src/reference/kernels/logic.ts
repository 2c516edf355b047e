/** @file Comparisons, booleans, selection, casts. */
import type { DType } from "@incipit/core";
import { dtypeOf, intAttribute } from "@incipit/onnx";
import { allInputs, input, unsupported, type Kernel, type KernelTable } from "../kernel.js";
import { isFloat, map, type Tensor } from "../tensor.js";

const predicate =
  (holds: (...elements: readonly number[]) => boolean): Kernel =>
  (call) =>
    map("bool", allInputs(call), (...elements) => Number(holds(...elements)));

/** Floats keep their value, whatever their width; integers drop the fraction. */
function cast(x: Tensor, dtype: DType): Tensor {
  if (isFloat(dtype)) return { ...x, dtype };
  return map(dtype, [x], dtype === "bool" ? (value) => Number(value !== 0) : Math.trunc);
}

export const logic = {
  Equal: predicate((a, b) => a === b),
  Less: predicate((a, b) => a < b),
  Greater: predicate((a, b) => a > b),
  LessOrEqual: predicate((a, b) => a <= b),
  GreaterOrEqual: predicate((a, b) => a >= b),
  And: predicate((a, b) => a === 1 && b === 1),
  Or: predicate((a, b) => a === 1 || b === 1),
  Xor: predicate((a, b) => a !== b),
  Not: predicate((a) => a === 0),
  IsNaN: predicate((a) => Number.isNaN(a)),
  IsInf: (call) => {
    const positive = intAttribute(call.node, "detect_positive", 1) === 1;
    const negative = intAttribute(call.node, "detect_negative", 1) === 1;
    return predicate((a) => (positive && a === Infinity) || (negative && a === -Infinity))(call);
  },
  Where: (call) => {
    const [condition, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
    return map(a.dtype, [condition, a, b], (holds, x, y) => (holds === 1 ? x : y));
  },
  Cast: (call) => {
    const to = intAttribute(call.node, "to", 0);
    const dtype = dtypeOf(to);
    if (dtype === undefined) throw unsupported(call, `data type ${to}`);
    return cast(input(call, 0), dtype);
  },
  CastLike: (call) => cast(input(call, 0), input(call, 1).dtype),
} satisfies KernelTable;
