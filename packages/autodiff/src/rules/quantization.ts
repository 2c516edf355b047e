/**
 * @file Products with quantized weights, and rounding. Forward, ONNX Runtime's kernels work on the integers; the gradient is
 * that of the function in which integers are replaced by the numbers that they stand for.
 */
import { UnsupportedOperatorError, type HostTensor } from "@incipit/core";
import { describeNode, intAttribute, type Value } from "@incipit/onnx";
import type { InputCotangents, RuleContext, RuleTable } from "../rule.js";
import { convolutionCotangent } from "./convolution.js";
import { axisSize, ints, normalizeAxis } from "./slicing.js";

/** A constant that the rule reads. */
function constantInput(c: RuleContext, i: number): HostTensor {
  const tensor = c.constant(c.input(i));
  if (tensor !== undefined) return tensor;
  throw new UnsupportedOperatorError(
    `${describeNode(c.node)}: no gradient when its input ${i}, "${c.input(i)}", is computed.`,
  );
}

/** A quantized node's weights, its inputs 1 to 3, as the numbers that they stand for: one scale, or one along `axis`. */
function dequantizedWeights(c: RuleContext, axis: number): Value {
  const [, weights = "", scale = "", zeroPoint = ""] = c.node.inputs;
  // A scale of shape [1] is one for all.
  const single = (value: Value) =>
    value !== "" && c.shape(value).join() === "1" ? c.ops.reshape(value, []) : value;
  return c.g.op("DequantizeLinear", [weights, single(scale), single(zeroPoint)], { axis });
}

/** y = x·W (+ bias) with W `[K, N]` in int8, x quantized on the way: ∂x = g·Wᵀ, ∂bias = Σ g. */
function dynamicQuantizeMatMulVjp(c: RuleContext, g: Value): InputCotangents {
  if (c.shape(c.input(1)).length !== 2) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient for a batch of weights.`);
  }
  const left = () => c.ops.matmul(g, c.ops.transpose(dequantizedWeights(c, 1), [1, 0]));
  return [
    c.needs[0] === true ? left() : undefined,
    undefined,
    undefined,
    undefined,
    c.needs[4] === true ? c.sumTo(g, c.shape(c.output(0)), c.shape(c.input(4))) : undefined,
  ];
}

/** Numbers of `bits` bits, packed into bytes from the lowest bits up, one byte each. Loops: there may be a billion. */
function unpack(packed: Uint8Array, bits: number): Uint8Array {
  if (bits === 8) return packed;
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  const numbers = new Uint8Array(packed.length * perByte);
  for (let i = 0; i < packed.length; i++) {
    const byte = packed[i] as number;
    for (let k = 0; k < perByte; k++) numbers[i * perByte + k] = (byte >> (bits * k)) & mask;
  }
  return numbers;
}

/** The `[N, K]` weights of a MatMulNBits node as numbers: K in blocks, each with its own scale and zero point. */
function blockwiseWeights(c: RuleContext): Value {
  const { node, ops } = c;
  const bits = intAttribute(node, "bits", 4);
  const size = intAttribute(node, "block_size", 0);
  const [rows, columns] = [intAttribute(node, "N", 0), intAttribute(node, "K", 0)];
  const blocks = Math.ceil(columns / size);
  const bytes = (shape: readonly number[], data: Uint8Array) =>
    c.g.initializer({ dtype: "uint8", shape, data }, "weights");

  const packed = constantInput(c, 1).data as Uint8Array;
  const quantized = bytes([rows * blocks, size], unpack(packed, bits));
  // 16-bit scales of DequantizeLinear came with opset 19.
  const wide = c.dtype(c.input(0)) === "float32";
  const scales = wide ? c.input(2) : ops.cast(c.input(2), "float32");
  const numbers = () => {
    const column = (values: Value) => ops.reshape(values, [-1, 1]);
    const zeroPoints = (node.inputs[3] ?? "") === "" ? undefined : constantInput(c, 3);
    if (zeroPoints !== undefined && zeroPoints.dtype !== "uint8") {
      const shifted = ops.sub(ops.cast(quantized, "float32"), column(ops.cast(c.input(3), "float32")));
      return ops.mul(shifted, column(scales));
    }
    const perBlock =
      zeroPoints === undefined
        ? new Uint8Array(rows * blocks).fill(2 ** (bits - 1))
        : unpackRows(zeroPoints.data, bits, rows, blocks);
    const flat = ops.reshape(scales, [-1]);
    return c.g.op("DequantizeLinear", [quantized, flat, bytes([rows * blocks], perBlock)], { axis: 0 });
  };
  const matrix = c.g.op("Reshape", [numbers(), ints(c, [rows, -1])]);
  const cut = blocks * size === columns ? matrix : ops.slice(matrix, 1, 0, columns);
  return wide ? cut : c.g.op("CastLike", [cut, c.input(0)]);
}

/** As `unpack`, where every row begins with a new byte. */
function unpackRows(packed: Uint8Array, bits: number, rows: number, columns: number): Uint8Array {
  const perRow = (packed.length / rows) * (8 / bits);
  return unpack(packed, bits).filter((_, i) => i % perRow < columns);
}

/**
 * y = x·Wᵀ (+ bias) with W `[N, K]` in a few bits: ∂x = g·W, ∂bias = Σ g. For the gradient the graph holds the weights in
 * a byte each, and turns them into floats when they are needed.
 */
function matMulNBitsVjp(c: RuleContext, g: Value): InputCotangents {
  for (const [name, present] of [
    ["g_idx", (c.node.inputs[4] ?? "") !== ""],
    ["weight_prepacked", intAttribute(c.node, "weight_prepacked", 0) !== 0],
  ] as const) {
    if (present) throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient with "${name}".`);
  }
  return [
    c.needs[0] === true ? c.ops.matmul(g, blockwiseWeights(c)) : undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    c.needs[5] === true ? c.sumTo(g, c.shape(c.output(0)), c.shape(c.input(5))) : undefined,
  ];
}

/** Every entry of one scale per block as often, along the axis, as the block has entries; the last may have fewer. */
function repeated(c: RuleContext, scale: Value, axis: number, block: number): Value {
  const { ops } = c;
  const sizes = c.shape(scale).map((_, i) => ({ of: scale, axis: i }));
  const [before, after] = [sizes.slice(0, axis), sizes.slice(axis + 1)];
  const apart = ops.reshape(scale, [...before, -1, 1, ...after]);
  const wide = ops.expand(apart, [...sizes.slice(0, axis + 1), block, ...after]);
  const all = ops.reshape(wide, [...before, -1, ...after]);
  return c.g.op("Slice", [all, ints(c, [0]), axisSize(c, c.input(0), axis), ints(c, [axis])]);
}

/** y = x rounded to a multiple of the scale, and cut off at the ends of its integers: g, and 0 where x was cut off. */
function fakeQuantizeVjp(c: RuleContext, g: Value): readonly Value[] {
  const { ops } = c;
  const [x, scale] = [c.input(0), c.input(1)];
  const axis = normalizeAxis(intAttribute(c.node, "axis", 1), c.shape(x).length);
  const block = intAttribute(c.node, "block_size", 0);
  const perAxis = c.shape(scale).length === 1 && c.shape(scale)[0] !== 1;
  const step =
    block > 0
      ? repeated(c, scale, axis, block)
      : perAxis
        ? ops.reshape(scale, [
            -1,
            ...c
              .shape(x)
              .slice(axis + 1)
              .map(() => 1),
          ])
        : scale;
  // Rounding moves x by half a step at most, and a little more in the arithmetic of floats.
  const moved = ops.abs(ops.sub(x, c.output(0)));
  const cutOff = ops.greater(moved, ops.mul(step, c.scalar(0.501, x)));
  return [ops.where(cutOff, c.scalar(0, x), g)];
}

export const quantizationRules: RuleTable = {
  "com.microsoft.DynamicQuantizeMatMul": { vjp: dynamicQuantizeMatMulVjp },
  "incipit.DynamicQuantizeConv": {
    vjp: (c, g) => [convolutionCotangent(c, g, dequantizedWeights(c, 0))],
  },
  "com.microsoft.MatMulNBits": { vjp: matMulNBitsVjp },
  "incipit.FakeQuantize": { vjp: fakeQuantizeVjp },
};
