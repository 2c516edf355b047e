/** @file Models whose weights are stored in a few bits, and the same models with the numbers that these stand for. */
import type { HostTensor } from "@incipit/core";
import { GraphBuilder, removeDeadNodes, type Graph, type Value } from "@incipit/onnx";
import { full, tensor, toFloat32 } from "@incipit/tensor";

type Integers = "int4" | "uint4" | "int8" | "uint8";

/** The integer that stands for 0, and the largest that is used on either side of it. */
const RANGE: Readonly<Record<Integers, { readonly zero: number; readonly reach: number }>> = {
  int4: { zero: 0, reach: 7 },
  uint4: { zero: 8, reach: 7 },
  int8: { zero: 0, reach: 127 },
  uint8: { zero: 128, reach: 127 },
};

/** A matrix as integers. */
interface Quantized {
  readonly integers: HostTensor;
  /** A scale for every block, `[rows, blocks]`; `[]` where there is one for all. */
  readonly scales: HostTensor;
  /** The integers that stand for 0, of the same shape. */
  readonly zeros: HostTensor;
  /** The numbers that the integers stand for. */
  readonly numbers: HostTensor;
}

/** A matrix as integers. @param block how many neighbours in a row share a scale; all entries do by default */
function quantize(weight: HostTensor, dtype: Integers, block?: number): Quantized {
  const { zero, reach } = RANGE[dtype];
  const numbers = Array.from(toFloat32(weight).data);
  const [rows = 1, columns = 1] = weight.shape;
  const perRow = block === undefined ? 0 : Math.ceil(columns / block);
  const shape = block === undefined ? [] : [rows, perRow];
  const blockOf = (i: number) =>
    block === undefined ? 0 : Math.floor(i / columns) * perRow + Math.floor((i % columns) / block);
  const largest = new Array<number>(Math.max(1, rows * perRow)).fill(0);
  numbers.forEach((x, i) => (largest[blockOf(i)] = Math.max(largest[blockOf(i)]!, Math.abs(x))));
  const scales = largest.map((x) => Math.fround(x / reach));
  const integers = numbers.map((x, i) => Math.round(x / scales[blockOf(i)]!) + zero);
  return {
    integers: tensor(dtype, weight.shape, integers),
    scales: tensor("float32", shape, scales),
    zeros: tensor(
      dtype,
      shape,
      scales.map(() => zero),
    ),
    numbers: tensor(
      "float32",
      weight.shape,
      integers.map((q, i) => (q - zero) * scales[blockOf(i)]!),
    ),
  };
}

/** Adds what gives rows of a table by their ids. */
type Lookup = (g: GraphBuilder, table: Quantized, ids: Value) => Value;

/** `DequantizeLinear`, whatever it is that is decoded. */
const decode = (g: GraphBuilder, { scales, zeros }: Quantized, integers: Value, block: number): Value => {
  const attributes = block > 0 ? { axis: 1, block_size: block } : {};
  return g.op("DequantizeLinear", [integers, g.initializer(scales), g.initializer(zeros)], attributes);
};

const lookThenDecode: Lookup = (g, table, ids) =>
  decode(g, table, g.op("Gather", [g.initializer(table.integers), ids]), 0);

const decodeThenLook =
  (block = 0): Lookup =>
  (g, table, ids) =>
    g.op("Gather", [decode(g, table, g.initializer(table.integers), block), ids]);

/** ONNX Runtime's operator for it, with its integers in a type of their own. */
const inOne: Lookup = (g, { integers, scales, zeros }, ids) =>
  gatherBlocks(g, [g.initializer(integers), ids, g.initializer(scales), g.initializer(zeros)]);

/** The same with two integers in each byte. */
const inBytes: Lookup = (g, { integers, scales }, ids) => {
  const [rows = 1, columns = 1] = integers.shape;
  const bytes = tensor("uint8", [rows, columns / 2], integers.data as Uint8Array);
  // Every row begins with a new byte, and there is one block in each.
  const zeros = full("uint8", [rows, 1], RANGE.uint4.zero);
  return gatherBlocks(g, [g.initializer(bytes), ids, g.initializer(scales), g.initializer(zeros)], 4);
};

function gatherBlocks(g: GraphBuilder, inputs: readonly Value[], bits?: number): Value {
  const attributes = { gather_axis: 0, quantize_axis: 1, block_size: 16, ...(bits && { bits }) };
  return g.op("GatherBlockQuantized", inputs, attributes, { domain: "com.microsoft" });
}

/** The ways in which exporters and quantizers store a table of words. */
export const TABLES: Readonly<Record<string, readonly [Integers, number | undefined, Lookup]>> = {
  "in 8 bits, decoded behind the lookup": ["uint8", undefined, lookThenDecode],
  "in 8 bits, decoded before it": ["int8", undefined, decodeThenLook()],
  "in 4 bits": ["int4", undefined, decodeThenLook()],
  "in 4 bits, in blocks": ["uint4", 16, decodeThenLook(16)],
  "in 4 bits, by the operator that does both": ["int4", 16, inOne],
  "in bytes of two, by the operator that does both": ["uint4", 16, inBytes],
};

/** A model, and the same with the numbers that its integers stand for. */
export interface Pair {
  readonly stored: Graph;
  readonly same: Graph;
}

/** The model with its table of words stored in one of these ways. */
export function withTable(graph: Graph, form: keyof typeof TABLES, words: Value): Pair {
  const [dtype, block, look] = TABLES[form]!;
  const table = quantize(graph.initializers.get(words)!, dtype, block);
  const lookup = graph.nodes.find((node) => node.inputs[0] === words)!;
  return pair(graph, new Map([[words, table]]), (g) =>
    g.rewire(lookup.outputs[0]!, () => look(g, table, lookup.inputs[1]!)),
  );
}

/** The model with all matrices that it multiplies by in integers of 4 bits, `block` neighbours sharing a scale. */
export function withProductsIn4Bits(graph: Graph, block: number): Pair {
  const names = graph.nodes.flatMap(({ opType, inputs: [, weight = ""] }) =>
    opType === "MatMul" && graph.initializers.has(weight) ? [weight] : [],
  );
  const matrices = new Map(
    names.map((name) => [name, quantize(graph.initializers.get(name)!, "int4", block)] as const),
  );
  return pair(graph, matrices, (g) => {
    for (const [name, matrix] of matrices)
      g.rewire(name, () => decode(g, matrix, g.initializer(matrix.integers), block));
  });
}

/** @param build changes the model to one that stores these weights as integers */
function pair(graph: Graph, weights: ReadonlyMap<Value, Quantized>, build: (g: GraphBuilder) => void): Pair {
  const numbers = Array.from(weights, ([name, matrix]) => [name, matrix.numbers] as const);
  const g = new GraphBuilder(graph);
  build(g);
  const stored = g.build();
  return {
    stored: removeDeadNodes({ ...stored, opsets: { ...stored.opsets, "": 21 } }),
    same: { ...graph, initializers: new Map([...graph.initializers, ...numbers]) },
  };
}
