import { float } from "@incipit/onnx";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { int32 } from "../tensors.js";

const random = randomTensors(3);

const matmulShapes = [
  [
    [2, 3],
    [3, 4],
  ],
  [
    [2, 5, 3, 4],
    [5, 4, 2],
  ],
  [
    [2, 1, 3, 4],
    [1, 5, 4, 2],
  ],
  [[4], [4, 3]],
  [[2, 3, 4], [4]],
  [[4], [4]],
  [
    [2, 0],
    [0, 3],
  ],
] as const;

const equations = [
  ["bij,bjk->bik", [2, 3, 4], [2, 4, 5]],
  ["bhqd,bhkd->bhqk", [2, 2, 3, 4], [2, 2, 5, 4]],
  ["i,j->ij", [3], [4]],
  ["ij,jk", [3, 4], [4, 2]],
  ["...ij,...jk->...ik", [2, 3, 4], [1, 4, 2]],
  ["...i,i->...", [2, 3, 4], [4]],
  ["ij,ij->", [3, 4], [3, 4]],
  ["b i j , j -> b i", [2, 3, 4], [4]],
] as const;

export const matmuls: readonly OperatorCase[] = [
  ...matmulShapes.map(([a, b]) => ({ op: "MatMul", inputs: [random.normal(a), random.normal(b)] })),
  { op: "MatMul", inputs: [int32(random.integers([2, 3], -9, 9)), int32(random.integers([3, 2], -9, 9))] },
  { op: "Gemm", inputs: [random.normal([2, 3]), random.normal([3, 4]), random.normal([4])] },
  { op: "Gemm", inputs: [random.normal([2, 3]), random.normal([3, 4])] },
  {
    op: "Gemm",
    inputs: [random.normal([3, 2]), random.normal([4, 3]), random.normal([2, 1])],
    attributes: { transA: 1, transB: 1, alpha: float(0.5), beta: float(2) },
  },
  ...equations.map(([equation, a, b]) => ({
    op: "Einsum",
    inputs: [random.normal(a), random.normal(b)],
    attributes: { equation },
  })),
  { op: "Einsum", inputs: [random.normal([3, 4])], attributes: { equation: "ij->ji" } },
  { op: "Einsum", inputs: [random.normal([3, 3])], attributes: { equation: "ii->i" } },
  {
    op: "Einsum",
    inputs: [random.normal([2]), random.normal([3]), random.normal([2, 3])],
    attributes: { equation: "a,b,ab->" },
  },
];

const image = random.normal([2, 4, 7, 6]);

export const convolutions: readonly OperatorCase[] = [
  { op: "Conv", inputs: [random.normal([2, 3, 8]), random.normal([5, 3, 3]), random.normal([5])] },
  {
    op: "Conv",
    inputs: [random.normal([1, 4, 9]), random.normal([6, 2, 3])],
    attributes: { group: 2, strides: [2], pads: [1, 2], dilations: [2] },
  },
  { op: "Conv", inputs: [image, random.normal([3, 4, 3, 2]), random.normal([3])] },
  {
    op: "Conv",
    inputs: [image, random.normal([4, 1, 3, 3])],
    attributes: { group: 4, strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2] },
  },
  {
    op: "Conv",
    inputs: [random.normal([1, 2, 5]), random.normal([3, 2, 1])],
    attributes: { auto_pad: "SAME_UPPER", strides: [3] },
  },
  ...["SAME_UPPER", "SAME_LOWER", "VALID"].map((auto_pad) => ({
    op: "Conv",
    inputs: [image, random.normal([2, 4, 2, 3])],
    attributes: { auto_pad, strides: [2, 2] },
  })),
  ...[{}, { strides: [2], pads: [1, 2], dilations: [2] }, { strides: [3], output_padding: [2] }].map(
    (attributes) => ({
      op: "ConvTranspose",
      inputs: [random.normal([2, 4, 5]), random.normal([4, 3, 3]), random.normal([3])],
      attributes,
    }),
  ),
  {
    op: "ConvTranspose",
    inputs: [random.normal([1, 4, 3, 4]), random.normal([4, 2, 3, 2])],
    attributes: { group: 2, strides: [2, 1], pads: [1, 0, 0, 1] },
  },
];
