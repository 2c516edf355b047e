import { tensor } from "@incipit/tensor";
import type { RandomTensors } from "@incipit/testing";
import { constant, withConstants, type GradientCase, type GradientCases } from "./case.js";

const gather = (
  shape: (s: number) => number[],
  indices: (s: number) => number[],
  axis: number,
): GradientCase => ({
  name: `${shape(9).join()} by ${indices(9).join()} along ${axis}`,
  inputs: (random, s) => ({ x: random.normal(shape(s)), indices: random.integers(indices(s), -3, 3) }),
  build: (g, { x = "", indices: i = "" }) => g.op("Gather", [x, i], { axis }),
});

/** Indices each once: a Scatter that replaces is not defined for more. */
const distinct = (random: RandomTensors, size: number) => {
  const order = random.normal([size]);
  const ranks = Array.from(order.data, (value) => order.data.filter((other) => other < value).length);
  return { dtype: "int64", shape: [size], data: BigInt64Array.from(ranks, BigInt) } as const;
};

const scatterND = (reduction: string): GradientCase => ({
  name: `reduction ${reduction}`,
  inputs: (random, s) => ({
    x: random.normal([s + 1, 3]),
    rows: distinct(random, s),
    updates: random.normal([s, 3]),
  }),
  build: (g, { x = "", rows = "", updates = "" }) =>
    g.op("ScatterND", [x, g.op("Unsqueeze", [rows, constant(g, [1])]), updates], { reduction }),
});

const scatterElements = (reduction: string): GradientCase => ({
  name: `reduction ${reduction}`,
  inputs: (random, s) => ({
    x: random.normal([s + 1, 3]),
    rows: distinct(random, s),
    updates: random.normal([s, 3]),
  }),
  build: (g, { x = "", rows = "", updates = "" }) => {
    const indices = g.op("Expand", [g.op("Unsqueeze", [rows, constant(g, [1])]), g.op("Shape", [updates])]);
    return g.op("ScatterElements", [x, indices, updates], { axis: 0, reduction });
  },
});

export const indexingCases: GradientCases = {
  Gather: [
    gather(
      () => [5, 3],
      (s) => [2, s],
      0,
    ),
    gather(
      (s) => [s, 5, 3],
      () => [4],
      1,
    ),
    gather(
      (s) => [s, 5, 3],
      (s) => [s, 2],
      -1,
    ),
    gather(
      (s) => [4, s],
      () => [],
      0,
    ),
    {
      name: "by int32",
      inputs: (random, s) => {
        const { data } = random.integers([s], -3, 3);
        return { x: random.normal([4, 3]), indices: tensor("int32", [s], Array.from(data, Number)) };
      },
      build: (g, { x = "", indices = "" }) => g.op("Gather", [x, indices]),
    },
    withConstants("Gather", [2, "s", 3], [0], { axis: 1 }),
    withConstants("Gather", [2, "s", 3], [-1], { axis: 1 }),
  ],
  GatherElements: [
    {
      name: "along the last axis",
      inputs: (random, s) => ({ x: random.normal([s, 4]), indices: random.integers([s, 2], -4, 4) }),
      build: (g, { x = "", indices = "" }) => g.op("GatherElements", [x, indices], { axis: -1 }),
    },
  ],
  GatherND: [
    {
      name: "rows and entries",
      inputs: (random, s) => ({ x: random.normal([3, 4, s]), indices: random.integers([5, 2], 0, 3) }),
      build: (g, { x = "", indices = "" }) => g.op("GatherND", [x, indices]),
    },
    {
      name: "within a batch",
      inputs: (random, s) => ({ x: random.normal([s, 4, 3]), indices: random.integers([s, 5, 1], 0, 4) }),
      build: (g, { x = "", indices = "" }) => g.op("GatherND", [x, indices], { batch_dims: 1 }),
    },
  ],
  ScatterND: [scatterND("none"), scatterND("add")],
  ScatterElements: [scatterElements("none"), scatterElements("add")],
  CumSum: [0, 1].flatMap((reverse) =>
    [0, 1].map((exclusive) => withConstants("CumSum", [2, "s"], [1], { reverse, exclusive })),
  ),
  TopK: [
    {
      name: "the two largest",
      inputs: (random, s) => ({ x: random.normal([s, 5]) }),
      build: (g, { x = "" }) => g.ops("TopK", [x, constant(g, [2])], { axis: -1 }, { outputs: 2 })[0] ?? "",
    },
  ],
  OneHot: [
    {
      name: "the values",
      inputs: (random, s) => ({ indices: random.integers([s, 2], -4, 4), values: random.normal([2]) }),
      build: (g, { indices = "", values = "" }) =>
        g.op("OneHot", [indices, constant(g, 4), values], { axis: 1 }),
    },
  ],
};
