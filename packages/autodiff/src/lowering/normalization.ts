/** @file ONNX Runtime's normalizations that are fused with what comes before them. */
import { float, floatAttribute, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import { ints, sizeOfAxis } from "./attention.js";
import { optional, type Decomposition } from "./decomposition.js";

const epsilonOf = (c: NodeContext) => float(floatAttribute(c.node, "epsilon", 1e-12));

/** The sum of two values and of a bias, where there is one. */
function sum(c: NodeContext, x: Value, y: Value, bias: Value | undefined): Value {
  const both = c.ops.add(x, y);
  return bias === undefined ? both : c.ops.add(both, bias);
}

/** Outputs: LayerNormalization of x + skip (+ bias) with its statistics, and that sum. */
export const skipLayerNormalization: Decomposition = (c) => {
  const [beta, bias] = [optional(c, 3), optional(c, 4)];
  const total = sum(c, c.input(0), c.input(1), bias);
  const inputs = [total, c.input(2), ...(beta === undefined ? [] : [beta])];
  const outputs = c.g.ops("LayerNormalization", inputs, { axis: -1, epsilon: epsilonOf(c) }, { outputs: 3 });
  return [...outputs, total];
};

/** The same without the mean: RMSNorm. */
export const skipSimplifiedLayerNormalization: Decomposition = (c) => {
  const total = sum(c, c.input(0), c.input(1), optional(c, 3));
  const attributes = { axis: -1, epsilon: epsilonOf(c) };
  const [y, inverse] = c.g.ops("SimplifiedLayerNormalization", [total, c.input(2)], attributes, {
    outputs: 2,
  });
  return [y, undefined, inverse, total];
};

/**
 * LayerNormalization of the sum of word, position and segment embeddings. Outputs: that, the position of the first 0 in
 * each row of the mask, and the sum.
 */
export const embedLayerNormalization: Decomposition = (c) => {
  const { g, ops } = c;
  const ids = c.input(0);
  const [segments, segmentTable, mask, positions] = [1, 4, 7, 8].map((i) => optional(c, i));
  const words = ops.gather(c.input(2), ids, 0);
  const counted = () => {
    const [zero, one] = [0, 1].map((value) =>
      g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(value)) }),
    );
    return g.op("Range", [zero ?? "", sizeOfAxis(c, ids, 1), one ?? ""]);
  };
  const placed = ops.add(words, ops.gather(c.input(3), positions ?? counted(), 0));
  const total =
    segments === undefined || segmentTable === undefined
      ? placed
      : ops.add(placed, ops.gather(segmentTable, segments, 0));
  const attributes = { axis: -1, epsilon: epsilonOf(c) };
  const normalized = g.op("LayerNormalization", [total, c.input(5), c.input(6)], attributes);
  return [normalized, maskIndex(c, ids, mask), total];
};

/** Where the first 0 is in each row of a mask; 0 in every row without a mask: int32 `[B]`. */
function maskIndex(c: NodeContext, ids: Value, mask: Value | undefined): Value | undefined {
  if ((c.node.outputs[1] ?? "") === "") return undefined;
  const { g, ops } = c;
  const column = g.op("CastLike", [ops.slice(ids, 1, 0, 1), mask ?? ids]);
  const zeros = ops.sub(column, column);
  const padded = mask === undefined ? zeros : ops.concat([mask, zeros], 1);
  return g.op("Squeeze", [ops.cast(g.op("ArgMin", [padded], { axis: 1 }), "int32"), ints(c, [1])]);
}
