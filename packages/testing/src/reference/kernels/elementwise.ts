/** @file Arithmetic, element by element. */
import { intAttribute } from "@incipit/onnx";
import { allInputs, input, type Kernel, type KernelTable } from "../kernel.js";
import { erf } from "../special-functions.js";
import { isFloat, map } from "../tensor.js";

const unary =
  (f: (x: number) => number): Kernel =>
  (call) => {
    const x = input(call, 0);
    return map(x.dtype, [x], f);
  };

/** Inputs are broadcast together; integers are cut back to integers. */
const variadic =
  (f: (...elements: readonly number[]) => number): Kernel =>
  (call) => {
    const inputs = allInputs(call);
    const { dtype } = input(call, 0);
    return map(dtype, inputs, isFloat(dtype) ? f : (...elements) => Math.trunc(f(...elements)));
  };

const sum = (...elements: readonly number[]) => elements.reduce((total, element) => total + element, 0);

/** Halves go to the even neighbour. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const elementwise = {
  Add: variadic((a, b) => a + b),
  Sub: variadic((a, b) => a - b),
  Mul: variadic((a, b) => a * b),
  Div: variadic((a, b) => a / b),
  Pow: variadic((a, b) => a ** b),
  Mod: (call) => {
    const remainder = (a: number, b: number) => a % b;
    const floored = (a: number, b: number) => a - b * Math.floor(a / b);
    return variadic(intAttribute(call.node, "fmod", 0) === 1 ? remainder : floored)(call);
  },
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Sum: variadic(sum),
  Mean: variadic((...elements) => sum(...elements) / elements.length),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundHalfToEven),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Tan: unary(Math.tan),
  Sinh: unary(Math.sinh),
  Cosh: unary(Math.cosh),
  Asin: unary(Math.asin),
  Acos: unary(Math.acos),
  Atan: unary(Math.atan),
  Asinh: unary(Math.asinh),
  Acosh: unary(Math.acosh),
  Atanh: unary(Math.atanh),
  Erf: unary(erf),
} satisfies KernelTable;
