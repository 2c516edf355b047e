/** @file Quantized tensors: integers that stand for multiples of a scale. */
import { intAttribute } from "@incipit/onnx";
import { input, type Call, type KernelTable } from "../kernel.js";
import {
  at,
  axisOf,
  build,
  dimOf,
  map,
  reshape,
  scalar,
  tensor,
  type Coordinates,
  type Tensor,
} from "../tensor.js";
import { roundHalfToEven } from "./elementwise.js";
import { matmul } from "./matmul.js";

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int4: [-8, 7],
  uint4: [0, 15],
};

/**
 * Scales or zero points of one number for all of `x`, or one per position or block of positions on an axis, as they meet `x`
 * in broadcasting.
 */
function alongAxis(call: Call, x: Tensor, values: Tensor): Tensor {
  if (values.shape.length === 0) return values;
  const axis = axisOf(intAttribute(call.node, "axis", 1), Math.max(2, x.shape.length));
  const size = intAttribute(call.node, "block_size", 0);
  if (size > 0) {
    const blockOf = (index: Coordinates) => index.with(axis, Math.floor((index[axis] as number) / size));
    return build(values.dtype, x.shape, (index) => at(values, blockOf(index)));
  }
  return reshape(values, [...values.shape, ...x.shape.slice(axis + 1).map(() => 1)]);
}

/** Numbers of `bits` bits, packed into bytes from the lowest bits up, along the last axis. */
function unpack(x: Tensor, bits: number): Tensor {
  const perByte = 8 / bits;
  return build(x.dtype, x.shape.with(-1, dimOf(x, -1) * perByte), (index) => {
    const i = index.at(-1) as number;
    return (
      Math.floor(at(x, index.with(-1, Math.floor(i / perByte))) / 2 ** (bits * (i % perByte))) % 2 ** bits
    );
  });
}

/** (q − zero point) · scale, `q` `[rows, n]` with a scale and a zero point for each `size` neighbours in a row. */
function dequantizeBlocks(q: Tensor, scales: Tensor, zeroPoints: Tensor, size: number): Tensor {
  return build(scales.dtype, q.shape, ([row = NaN, i = NaN]) => {
    const block = [row, Math.floor(i / size)];
    return (at(q, [row, i]) - at(zeroPoints, block)) * at(scales, block);
  });
}

const transpose = (x: Tensor): Tensor =>
  build(x.dtype, x.shape.toReversed(), (index) => at(x, index.toReversed()));

/** The `[N, K]` weights of a MatMulNBits node. */
function weightsOf(call: Call): Tensor {
  const [k, n, bits, size] = ["K", "N", "bits", "block_size"].map((name) =>
    intAttribute(call.node, name, name === "bits" ? 4 : 0),
  ) as [number, number, number, number];
  const blocks = Math.ceil(k / size);
  const packed = input(call, 1);
  const padded = unpack(reshape(packed, [n, packed.data.length / n]), bits);
  const q = build("uint8", [n, k], (index) => at(padded, index));
  const scales = reshape(input(call, 2), [n, blocks]);
  const given = call.inputs[3];
  const zeroPoints =
    given === undefined
      ? tensor("uint8", [n, blocks], new Array<number>(n * blocks).fill(2 ** (bits - 1)))
      : given.dtype === "uint8"
        ? unpack(reshape(given, [n, given.data.length / n]), bits)
        : reshape(given, [n, blocks]);
  return dequantizeBlocks(q, scales, zeroPoints, size);
}

interface Quantized {
  readonly values: Tensor;
  readonly scale: Tensor;
  readonly zeroPoint: Tensor;
}

/** Scale and zero point so that the range of `x`, 0 in it, fills uint8. */
function quantizeDynamically(x: Tensor): Quantized {
  const high = x.data.reduce((a, b) => Math.max(a, b), 0);
  const low = x.data.reduce((a, b) => Math.min(a, b), 0);
  const scale = (high - low) / 255;
  const byte = (value: number) => Math.min(Math.max(value, 0), 255);
  const zero = byte(roundHalfToEven(-low / scale));
  return {
    values: map("uint8", [x], (value) => byte(roundHalfToEven(value / scale) + zero)),
    scale: scalar(x.dtype, scale),
    zeroPoint: scalar("uint8", zero),
  };
}

/** Integers without what stands for their zero. */
export function shifted(x: Tensor, zeroPoint: Tensor | undefined): Tensor {
  const integers = { ...x, dtype: "int32" as const };
  return zeroPoint === undefined ? integers : map("int32", [integers, zeroPoint], (q, zero) => q - zero);
}

/** The product of integers as the numbers that they stand for. */
function scaledProduct(
  a: Quantized,
  b: Tensor,
  scaleB: Tensor,
  zeroB: Tensor | undefined,
  bias: Tensor | undefined,
) {
  const integers = matmul(shifted(a.values, a.zeroPoint), shifted(b, zeroB));
  const product = map(scaleB.dtype, [integers, a.scale, scaleB], (q, s, t) => q * s * t);
  return bias === undefined ? product : map(product.dtype, [product, bias], (x, y) => x + y);
}

export const quantization = {
  /** (x − zero point) · scale */
  DequantizeLinear: (call) => {
    const [x, scale] = [input(call, 0), input(call, 1)];
    const zeroPoint = call.inputs[2] ?? scalar(x.dtype, 0);
    const operands = [x, alongAxis(call, x, scale), alongAxis(call, x, zeroPoint)];
    return map(scale.dtype, operands, (q, s, z) => (q - z) * s);
  },
  /** x / scale + zero point, rounded to the nearest integer that the zero point's dtype has */
  QuantizeLinear: (call) => {
    const [x, scale] = [input(call, 0), input(call, 1)];
    const zeroPoint = call.inputs[2] ?? scalar("uint8", 0);
    const [low, high] = RANGES[zeroPoint.dtype] ?? [-Infinity, Infinity];
    const operands = [x, alongAxis(call, x, scale), alongAxis(call, x, zeroPoint)];
    return map(zeroPoint.dtype, operands, (value, s, z) =>
      Math.min(Math.max(roundHalfToEven(value / s) + z, low), high),
    );
  },
  DynamicQuantizeLinear: (call) => {
    const { values, scale, zeroPoint } = quantizeDynamically(input(call, 0));
    return [values, scale, zeroPoint];
  },
  MatMulInteger: (call) =>
    matmul(shifted(input(call, 0), call.inputs[2]), shifted(input(call, 1), call.inputs[3])),
  "com.microsoft.MatMulIntegerToFloat": (call) => {
    const zeroPoint = call.inputs[4] ?? scalar("uint8", 0);
    const a = { values: input(call, 0), scale: input(call, 2), zeroPoint };
    return scaledProduct(a, input(call, 1), input(call, 3), call.inputs[5], call.inputs[6]);
  },
  "com.microsoft.DynamicQuantizeMatMul": (call) => {
    const a = quantizeDynamically(input(call, 0));
    return scaledProduct(a, input(call, 1), input(call, 2), call.inputs[3], call.inputs[4]);
  },
  "com.microsoft.MatMulNBits": (call) => {
    const product = matmul(input(call, 0), transpose(weightsOf(call)));
    const bias = call.inputs[5];
    return bias === undefined ? product : map(product.dtype, [product, bias], (a, b) => a + b);
  },
} satisfies KernelTable;
