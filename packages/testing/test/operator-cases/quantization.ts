import { tensor } from "@incipit/tensor";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { floats, uint8 } from "../tensors.js";

const random = randomTensors(8);
const bytes = uint8([0, 128, 255, 3, 100, 200], [2, 3]);
const signed = { dtype: "int8", shape: [2, 3], data: Int8Array.of(-128, 0, 127, 3, -100, 20) } as const;
const columns = { dtype: "int8", shape: [3, 2], data: Int8Array.of(-128, 1, 127, 3, -90, 20) } as const;
const signedZeros = { dtype: "int8", shape: [2], data: Int8Array.of(5, -5) } as const;

/** x `[2, K]` times weights `[5, K]`, blocks of 16; K need not fill the last one. */
function matMulNBits(
  attributes: Readonly<Record<string, number>>,
  zeroPoints?: "packed" | "floats",
  bias = false,
): OperatorCase {
  const { K = 0, bits = 4 } = attributes;
  const [n, blocks] = [5, Math.ceil(K / 16)];
  const packed = (columns: number) => {
    const { data } = random.integers([n, columns], 0, 256);
    return uint8(Array.from(data, Number), [n, columns]);
  };
  const weights = packed((blocks * 16 * bits) / 8);
  return {
    op: "MatMulNBits",
    domain: "com.microsoft",
    inputs: [
      random.normal([2, K]),
      { ...weights, shape: [n, blocks, 2 * bits] },
      random.uniform([n * blocks], 0.05, 0.2),
      zeroPoints === "packed"
        ? packed(Math.ceil((blocks * bits) / 8))
        : zeroPoints === "floats"
          ? random.uniform([n, blocks], 6, 9)
          : undefined,
      undefined,
      bias ? random.normal([n]) : undefined,
    ],
    attributes: { N: n, block_size: 16, ...attributes },
    constants: [1, 2, 3, 5],
  };
}

export const quantization: readonly OperatorCase[] = [
  { op: "DequantizeLinear", inputs: [bytes, floats([0.1], []), uint8([128], [])] },
  { op: "DequantizeLinear", inputs: [signed, floats([0.1, 0.2, 0.3])] },
  { op: "DequantizeLinear", inputs: [signed, floats([0.1, 0.2]), signedZeros], attributes: { axis: 0 } },
  {
    op: "DequantizeLinear",
    opset: 21,
    inputs: [tensor("int4", [5], [-8, 7, 0, -1, 3]), floats([0.5], [])],
    constants: [0],
  },
  {
    op: "DequantizeLinear",
    opset: 21,
    inputs: [
      tensor("uint4", [2, 3], [0, 15, 7, 8, 3, 1]),
      floats([0.5, 0.2, 0.1, 1], [2, 2]),
      tensor("uint4", [2, 2], [1, 2, 3, 4]),
    ],
    attributes: { axis: 1, block_size: 2 },
    constants: [0, 2],
  },
  {
    op: "QuantizeLinear",
    opset: 21,
    inputs: [random.normal([5, 2]), floats([0.02, 0.3, 0.1, 0.05], [2, 2]), uint8([100, 3, 5, 7], [2, 2])],
    attributes: { axis: 0, block_size: 3 },
  },
  { op: "QuantizeLinear", inputs: [random.normal([3, 4]), floats([0.02], []), uint8([100], [])] },
  { op: "QuantizeLinear", inputs: [random.normal([3, 4]), floats([0.02], [])] },
  {
    op: "QuantizeLinear",
    inputs: [random.normal([2, 4]), floats([0.02, 0.3]), signedZeros],
    attributes: { axis: 0 },
  },
  { op: "DynamicQuantizeLinear", inputs: [random.normal([3, 4])], outputs: 3 },
  { op: "DynamicQuantizeLinear", inputs: [random.uniform([5], 1, 3)], outputs: 3 },
  { op: "MatMulInteger", inputs: [bytes, columns] },
  { op: "MatMulInteger", inputs: [bytes, columns, uint8([100], []), signedZeros] },
  ...[{}, { pads: [1, 0], strides: [2] }].map((attributes) => ({
    op: "ConvInteger",
    inputs: [
      { ...bytes, shape: [1, 2, 3] },
      uint8([1, 2, 250, 4], [1, 2, 2]),
      uint8([9], []),
      uint8([3], []),
    ],
    attributes,
  })),
  {
    op: "MatMulIntegerToFloat",
    domain: "com.microsoft",
    inputs: [
      bytes,
      columns,
      floats([0.1], []),
      floats([0.2, 0.3]),
      uint8([7], []),
      signedZeros,
      floats([1, 2]),
    ],
  },
  {
    op: "DynamicQuantizeMatMul",
    domain: "com.microsoft",
    inputs: [random.normal([2, 4, 3]), columns, floats([0.2, 0.3]), signedZeros, floats([1, 2])],
  },
  {
    op: "DynamicQuantizeMatMul",
    domain: "com.microsoft",
    inputs: [random.normal([2, 3]), columns, floats([0.2], [])],
  },
  matMulNBits({ K: 32 }),
  matMulNBits({ K: 24, bits: 4 }, undefined, true),
  matMulNBits({ K: 48, bits: 4 }, "packed"),
  matMulNBits({ K: 48, bits: 4 }, "floats"),
  matMulNBits({ K: 32, bits: 8 }),
  matMulNBits({ K: 32, bits: 8 }, "packed"),
];
