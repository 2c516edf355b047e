/** @file Quantized tensors: integers that stand for multiples of a scale. */
import { intAttribute } from "@incipit/onnx";
import { input, unsupported, type Call, type KernelTable } from "../kernel.js";
import { at, axisOf, build, dimOf, map, reshape, scalar, tensor, type Tensor } from "../tensor.js";
import { roundHalfToEven } from "./elementwise.js";
import { matmul } from "./matmul.js";

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
};

/** Scales or zero points of one number for all of `x`, or one per position on an axis, as they meet `x` in broadcasting. */
function alongAxis(call: Call, x: Tensor, values: Tensor): Tensor {
  if (intAttribute(call.node, "block_size", 0) !== 0) throw unsupported(call, "one scale per block");
  if (values.shape.length === 0) return values;
  const axis = axisOf(intAttribute(call.node, "axis", 1), Math.max(2, x.shape.length));
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
  "com.microsoft.MatMulNBits": (call) => {
    const product = matmul(input(call, 0), transpose(weightsOf(call)));
    const bias = call.inputs[5];
    return bias === undefined ? product : map(product.dtype, [product, bias], (a, b) => a + b);
  },
} satisfies KernelTable;
