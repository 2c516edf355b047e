import type { HostTensor } from "@incipit/core";
import { DATA_TYPE, type AttributeLike, type GraphBuilder, type Value } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { randomTensors } from "@incipit/testing";
import type { GradientCase, GradientCases } from "./case.js";

const random = randomTensors(5);

/** `[4, 3]` weights in int8, with a scale and a zero point for all or for each column. */
const weights = tensor("int8", [4, 3], [7, -128, 3, 127, 40, -6, 90, -77, 5, 1, 0, -30]);
const parameters: Readonly<Record<string, Parameters>> = {
  "one scale": { scale: [0.05], zeroPoint: [3], shape: [] },
  "a scale in a vector": { scale: [0.05], zeroPoint: [3], shape: [1] },
  "a scale per column": { scale: [0.05, 0.02, 0.1], zeroPoint: [3, -7, 0], shape: [3] },
};

interface Parameters {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly shape: readonly number[];
}

/** The weights as the numbers that they stand for. */
function dequantized({ scale, zeroPoint }: Parameters): HostTensor {
  const numbers = Array.from(weights.data, (q, i) => {
    const column = scale.length === 1 ? 0 : i % 3;
    return (q - (zeroPoint[column] ?? 0)) * (scale[column] ?? 0);
  });
  return tensor("float32", [4, 3], numbers);
}

interface Product {
  readonly x: Value;
  readonly weights: Value;
  readonly scale: Value;
  readonly zeroPoint: Value;
  readonly bias: Value;
}

/** The ways in which models multiply by int8 weights and quantize x on the way. */
const products: Readonly<Record<string, (g: GraphBuilder, product: Product) => Value>> = {
  "by one operator": (g, { x, weights, scale, zeroPoint, bias }) =>
    g.op("DynamicQuantizeMatMul", [x, weights, scale, zeroPoint, bias], {}, { domain: "com.microsoft" }),
  "with scaling in one": (g, { x, weights, scale, zeroPoint, bias }) => {
    const [q = "", own = "", zero = ""] = g.ops("DynamicQuantizeLinear", [x], {}, { outputs: 3 });
    const inputs = [q, weights, own, scale, zero, zeroPoint, bias];
    return g.op("MatMulIntegerToFloat", inputs, {}, { domain: "com.microsoft" });
  },
  "step by step": (g, { x, weights, scale, zeroPoint, bias }) => {
    const [q = "", own = "", zero = ""] = g.ops("DynamicQuantizeLinear", [x], {}, { outputs: 3 });
    const integers = g.op("MatMulInteger", [q, weights, zero, zeroPoint]);
    const product = g.op("Cast", [integers], { to: DATA_TYPE.float32 });
    return g.op("Add", [g.op("Mul", [product, g.op("Mul", [own, scale])]), bias]);
  },
};

const dynamicProducts: readonly GradientCase[] = Object.entries(products).flatMap(([way, build]) =>
  Object.entries(parameters).map(([name, set]) => ({
    name: `${way}, ${name}`,
    inputs: (random, s) => ({ x: random.normal([2, s, 4]), bias: random.normal([3]) }),
    build: (g, { x = "", bias = "" }) =>
      build(g, {
        x,
        weights: g.initializer(weights),
        scale: g.initializer(tensor("float32", set.shape, set.scale)),
        zeroPoint: g.initializer(tensor("int8", set.shape, set.zeroPoint)),
        bias,
      }),
    truth: (g, { x = "", bias = "" }) =>
      g.op("Add", [g.op("MatMul", [x, g.initializer(dequantized(set))]), bias]),
  })),
);

/** A convolution by int8 weights, step by step, x quantized on the way. */
const convolution = (name: string, attributes: Readonly<Record<string, AttributeLike>>): GradientCase => {
  const kernel = tensor(
    "int8",
    [4, 3, 2],
    Array.from({ length: 24 }, (_, i) => ((i * 37) % 200) - 100),
  );
  return {
    name,
    inputs: (random, s) => ({ x: random.normal([2, 3, s]) }),
    build: (g, { x = "" }) => {
      const [q = "", own = "", zero = ""] = g.ops("DynamicQuantizeLinear", [x], {}, { outputs: 3 });
      const zeroPoint = g.initializer(tensor("int8", [], [5]));
      const integers = g.op("ConvInteger", [q, g.initializer(kernel), zero, zeroPoint], attributes);
      const scale = g.op("Mul", [g.initializer(tensor("float32", [1], [0.02])), own]);
      return g.op("Mul", [g.op("Cast", [integers], { to: DATA_TYPE.float32 }), scale]);
    },
    truth: (g, { x = "" }) => {
      const numbers = Array.from(kernel.data, (value) => (value - 5) * 0.02);
      return g.op("Conv", [x, g.initializer(tensor("float32", [4, 3, 2], numbers))], attributes);
    },
  };
};

/** x rounded to 256 multiples of the scale around 0; some entries lie beyond. */
const rounding = (
  name: string,
  shape: (s: number) => readonly number[],
  scales: readonly number[],
  attributes: Readonly<Record<string, number>> = {},
): GradientCase => {
  const quantizers = (g: GraphBuilder) => {
    const dims = scales.length === 1 ? [] : [scales.length];
    const zeroPoints = scales.map((_, i) => 100 + i);
    return [
      g.initializer(tensor("float32", dims, scales)),
      g.initializer(tensor("uint8", dims, zeroPoints)),
    ] as const;
  };
  return {
    name,
    inputs: (random, s) => ({ x: random.normal(shape(s), 2) }),
    build: (g, { x = "" }) => {
      // The two nodes with parameters of their own, as some exporters write them.
      const quantized = g.op("QuantizeLinear", [x, ...quantizers(g)], attributes);
      return g.op("DequantizeLinear", [quantized, ...quantizers(g)], attributes);
    },
    truth: (g, { x = "" }) => {
      // Between the numbers that 0 and 255 stand for, and half a step beyond.
      const ends = (q: number) => {
        const numbers = scales.map((scale, i) => (q - 100 - i) * scale);
        const { axis = 1 } = attributes;
        const behind = shape(9)
          .slice(axis + 1)
          .map(() => 1);
        return g.initializer(
          tensor("float32", scales.length === 1 ? [] : [scales.length, ...behind], numbers),
        );
      };
      return g.op("Max", [g.op("Min", [x, ends(255.5)]), ends(-0.5)]);
    },
  };
};

/** x `[5, 2]` rounded with a scale for every two rows of a column, the last for one; some entries lie beyond. */
function inBlocks(): GradientCase {
  const scales = [0.01, 0.02, 0.015, 0.03, 0.02, 0.01];
  const perBlock = (g: GraphBuilder) => [
    g.initializer(tensor("float32", [3, 2], scales)),
    g.initializer(tensor("uint8", [3, 2], new Uint8Array(6).fill(100))),
  ];
  return {
    name: "a scale for each block",
    opset: 21,
    inputs: (random) => ({ x: random.normal([5, 2], 2) }),
    build: (g, { x = "" }) => {
      const attributes = { axis: 0, block_size: 2 };
      const quantized = g.op("QuantizeLinear", [x, ...perBlock(g)], attributes);
      return g.op("DequantizeLinear", [quantized, ...perBlock(g)], attributes);
    },
    truth: (g, { x = "" }) => {
      const ends = (q: number) => {
        const numbers = Array.from({ length: 10 }, (_, i) => {
          const [row, column] = [Math.floor(i / 2), i % 2];
          return (q - 100) * (scales[Math.floor(row / 2) * 2 + column] ?? 0);
        });
        return g.initializer(tensor("float32", [5, 2], numbers));
      };
      return g.op("Max", [g.op("Min", [x, ends(255.5)]), ends(-0.5)]);
    },
  };
}

/** Weights `[5, K]` in blocks of 16 numbers of `bits` bits. */
function fewBits(
  name: string,
  { K, bits, zeroPoints }: { K: number; bits: number; zeroPoints?: "bytes" | "floats" },
): GradientCase {
  const [N, blocks] = [5, Math.ceil(K / 16)];
  const bytes = (shape: readonly number[]) => {
    const { data } = random.integers(shape, 0, 256);
    return tensor("uint8", shape, Array.from(data, Number));
  };
  const packed = bytes([N, blocks, 2 * bits]);
  const scales = random.uniform([N, blocks], 0.05, 0.2);
  const zeros =
    zeroPoints === "bytes"
      ? bytes([N, Math.ceil((blocks * bits) / 8)])
      : zeroPoints === "floats"
        ? random.uniform([N, blocks], 6, 9)
        : undefined;
  return {
    name,
    inputs: (random, s) => ({ x: random.normal([2, s, K], 0.3), bias: random.normal([N]) }),
    build: (g, { x = "", bias = "" }) => {
      const zeroPoint = zeros === undefined ? "" : g.initializer(zeros);
      const inputs = [x, g.initializer(packed), g.initializer(scales), zeroPoint, "", bias];
      return g.op("MatMulNBits", inputs, { K, N, bits, block_size: 16 }, { domain: "com.microsoft" });
    },
  };
}

export const quantizationCases: GradientCases = {
  "com.microsoft.DynamicQuantizeMatMul": dynamicProducts,
  "incipit.DynamicQuantizeConv": [
    convolution("as it is", {}),
    convolution("with padding and strides", { pads: [1, 2], strides: [2] }),
  ],
  "com.microsoft.MatMulNBits": [
    fewBits("4 bits", { K: 32, bits: 4 }),
    fewBits("4 bits, the last block not full, packed zero points", { K: 40, bits: 4, zeroPoints: "bytes" }),
    fewBits("4 bits, zero points that are floats", { K: 32, bits: 4, zeroPoints: "floats" }),
    fewBits("8 bits", { K: 24, bits: 8 }),
    fewBits("8 bits, zero points", { K: 32, bits: 8, zeroPoints: "bytes" }),
  ],
  "incipit.FakeQuantize": [
    rounding("one scale", (s) => [s, 4], [0.01]),
    rounding("a scale for each position on an axis", (s) => [s, 3, 2], [0.01, 0.02, 0.03]),
    inBlocks(),
    rounding("a scale for each row", () => [3, 4], [0.01, 0.02, 0.03], { axis: 0 }),
  ],
};
