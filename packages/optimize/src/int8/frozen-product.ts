/** @file Products with a frozen matrix, however they are written. */
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  type Graph,
  type Node,
  type Value,
} from "@incipit/onnx";
import { type FrozenMatrix, frozenMatrix } from "./frozen-matrix.js";

/** `x · W` or `x · Wᵀ` with a matrix W among the weights, plus a bias. */
export interface FrozenProduct {
  readonly x: Value;
  readonly matrix: FrozenMatrix;
  readonly transposed: boolean;
  readonly bias?: Value;
}

/** The product that a node computes, where it is one with a frozen matrix. */
export function frozenProduct(
  node: Node,
  graph: Graph,
  producers: ReadonlyMap<Value, Node>,
): FrozenProduct | undefined {
  const [x = "", factor = "", bias] = node.inputs;
  if (node.domain !== "" || (node.opType !== "MatMul" && node.opType !== "Gemm")) return undefined;
  const gemm = node.opType === "Gemm";
  if (gemm && !isPlain(node)) return undefined;
  if (bias !== undefined && graph.initializers.get(bias)?.shape.length !== 1) return undefined;
  // The gradient's products are with the transpose of what the forward ones are with.
  const transpose = producers.get(factor);
  const swaps =
    transpose?.opType === "Transpose" && intsAttribute(transpose, "perm", undefined)?.join() === "1,0";
  const matrix = frozenMatrix(swaps ? (transpose.inputs[0] ?? "") : factor, graph, producers);
  if (matrix === undefined) return undefined;
  const transB = gemm && intAttribute(node, "transB", 0) === 1;
  return { x, matrix, transposed: swaps !== transB, ...(bias !== undefined && { bias }) };
}

/** Without factors, and of rows as they are. */
function isPlain(node: Node): boolean {
  const factors = ["alpha", "beta"].map((name) => floatAttribute(node, name, 1));
  return factors.every((factor) => factor === 1) && intAttribute(node, "transA", 0) === 0;
}
