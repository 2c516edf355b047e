/** @file Matrix products. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, float, floatAttribute, intAttribute, type Value, type Shape } from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { einsumVjp } from "./einsum.js";

/** The last two axes swapped. */
function transposed(c: RuleContext, x: Value, rank: number): Value {
  const permutation = Array.from({ length: rank }, (_, i) => i);
  return c.ops.transpose(x, [...permutation.slice(0, -2), rank - 1, rank - 2]);
}

/** Leading dimensions of two operands broadcast against each other. */
function broadcastLeading(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - (rank - a.length)] ?? 1;
    const right = b[i - (rank - b.length)] ?? 1;
    return left === 1 ? right : left;
  });
}

/** y = a·b over the last two axes: ∂a = g·bᵀ, ∂b = aᵀ·g, summed over the axes along which an operand was repeated. */
function matmulVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const shapes = [c.shape(c.input(0)), c.shape(c.input(1))] as const;
  // A vector is a matrix with one row (left) or one column (right); the product drops that axis again.
  const a =
    shapes[0].length === 1
      ? { x: c.ops.reshape(c.input(0), [1, -1]), shape: [1, ...shapes[0]] }
      : { x: c.input(0), shape: shapes[0] };
  const b =
    shapes[1].length === 1
      ? { x: c.ops.reshape(c.input(1), [-1, 1]), shape: [...shapes[1], 1] }
      : { x: c.input(1), shape: shapes[1] };
  const m = a.shape.at(-2) ?? 1;
  const k = a.shape.at(-1) ?? 1;
  const n = b.shape.at(-1) ?? 1;
  const leading = broadcastLeading(a.shape.slice(0, -2), b.shape.slice(0, -2));
  let cotangent = g;
  if (shapes[1].length === 1) cotangent = c.g.op("Unsqueeze", [cotangent, c.ops.constant(axis(-1))]);
  if (shapes[0].length === 1) cotangent = c.g.op("Unsqueeze", [cotangent, c.ops.constant(axis(-2))]);

  const left = () => {
    const product = c.ops.matmul(cotangent, transposed(c, b.x, b.shape.length));
    const sum = c.sumTo(product, [...leading, m, k], a.shape);
    return c.reshapeLike(sum, a.shape, c.input(0));
  };
  const right = () => {
    if (b.shape.length === 2 && leading.length > 0) {
      // One product over all rows instead of one per example and a sum.
      const rows = c.ops.reshape(a.x, [-1, size(c, k)]);
      const out = c.ops.reshape(cotangent, [-1, size(c, n)]);
      return c.reshapeLike(c.ops.matmul(c.ops.transpose(rows, [1, 0]), out), [k, n], c.input(1));
    }
    const product = c.ops.matmul(transposed(c, a.x, a.shape.length), cotangent);
    const sum = c.sumTo(product, [...leading, k, n], b.shape);
    return c.reshapeLike(sum, b.shape, c.input(1));
  };
  return [c.needs[0] === true ? left() : undefined, c.needs[1] === true ? right() : undefined];
}

/** A dimension that a trainable matrix has, and so is a number. */
function size(c: RuleContext, dim: number | string): number {
  if (typeof dim === "number") return dim;
  throw new UnsupportedOperatorError(
    `${describeNode(c.node)}: a matrix whose size varies cannot be trained.`,
  );
}

function axis(value: number) {
  return { dtype: "int64", shape: [1], data: BigInt64Array.of(BigInt(value)) } as const;
}

/** y = α·A′·B′ + β·C with A′ = A or Aᵀ, B′ likewise. */
function gemmVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const alpha = float(floatAttribute(c.node, "alpha", 1));
  const transA = intAttribute(c.node, "transA", 0) === 1;
  const transB = intAttribute(c.node, "transB", 0) === 1;
  const gemm = (x: Value, y: Value, tx: boolean, ty: boolean) =>
    c.g.op("Gemm", [x, y], { alpha, transA: tx ? 1 : 0, transB: ty ? 1 : 0 });
  const [a, b] = [c.input(0), c.input(1)];
  const left = () => (transA ? gemm(b, g, transB, true) : gemm(g, b, false, !transB));
  const right = () => (transB ? gemm(g, a, true, transA) : gemm(a, g, !transA, false));
  const bias = () => {
    const sum = c.sumTo(g, c.shape(c.output(0)), c.shape(c.input(2)));
    const beta = floatAttribute(c.node, "beta", 1);
    return beta === 1 ? sum : c.ops.mul(sum, c.scalar(beta, c.output(0)));
  };
  return [
    c.needs[0] === true ? left() : undefined,
    c.needs[1] === true ? right() : undefined,
    c.needs[2] === true ? bias() : undefined,
  ];
}

export const matmulRules: RuleTable = {
  MatMul: { vjp: matmulVjp },
  Gemm: { vjp: gemmVjp },
  Einsum: { vjp: einsumVjp },
};
