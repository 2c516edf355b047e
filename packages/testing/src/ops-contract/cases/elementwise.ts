import type { HostTensor, Ops } from "@incipit/core";
import { zeros } from "@incipit/tensor";
import type { RandomTensors } from "../../random-tensors.js";
import { type CaseTable, type NonEmpty, type OpCase, opCase } from "../case.js";

type Unary = "neg" | "abs" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "erf" | "gelu";
type Binary = "add" | "sub" | "mul" | "div" | "maximum" | "minimum";
type Draw = (random: RandomTensors, shape: readonly number[]) => HostTensor<"float32">;

const normal: Draw = (random, shape) => random.normal(shape, 2);
const positive: Draw = (random, shape) => random.uniform(shape, 0.2, 3);

function unary(operation: Unary, draw: Draw): NonEmpty<OpCase> {
  const build = <T>(ops: Ops<T>, { x }: Readonly<Record<"x", T>>) => ops[operation](x);
  const drawn = (shape: readonly number[]) =>
    opCase({ name: `[${shape.join()}]`, inputs: (random) => ({ x: draw(random, shape) }), build });
  return [drawn([2, 3]), drawn([1, 4, 1]), drawn([])];
}

function smooth(operation: Unary): NonEmpty<OpCase> {
  const atZero = opCase({
    name: "zeros",
    inputs: () => ({ x: zeros("float32", [3]) }),
    build: (ops, { x }) => ops[operation](x),
  });
  return [...unary(operation, normal), atZero];
}

function binary(operation: Binary, draw: { readonly a: Draw; readonly b: Draw }): NonEmpty<OpCase> {
  const drawn = (a: readonly number[], b: readonly number[]) =>
    opCase({
      name: `[${a.join()}] and [${b.join()}]`,
      inputs: (random) => ({ a: draw.a(random, a), b: draw.b(random, b) }),
      build: (ops, inputs) => ops[operation](inputs.a, inputs.b),
    });
  return [
    drawn([2, 3], [2, 3]),
    drawn([2, 3], [3]),
    drawn([2, 1, 3], [4, 1]),
    drawn([2, 1], [1, 3]),
    drawn([], [2, 2]),
    drawn([3], []),
  ];
}

function withZero(operation: "add" | "sub" | "mul"): NonEmpty<OpCase> {
  const zero = opCase({
    name: "zeros",
    inputs: (random) => ({ a: zeros("float32", [2, 3]), b: random.normal([2, 3]) }),
    build: (ops, { a, b }) => ops[operation](a, b),
  });
  return [...binary(operation, { a: normal, b: normal }), zero];
}

export const elementwise: CaseTable<Unary | Binary> = {
  add: withZero("add"),
  sub: withZero("sub"),
  mul: withZero("mul"),
  div: binary("div", { a: normal, b: positive }),
  maximum: binary("maximum", { a: normal, b: normal }),
  minimum: binary("minimum", { a: normal, b: normal }),
  neg: smooth("neg"),
  abs: unary("abs", normal),
  exp: smooth("exp"),
  log: unary("log", positive),
  sqrt: unary("sqrt", positive),
  tanh: smooth("tanh"),
  sigmoid: smooth("sigmoid"),
  relu: unary("relu", normal),
  erf: smooth("erf"),
  gelu: smooth("gelu"),
};
