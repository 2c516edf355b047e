import { describe, expect, it } from "vitest";
import { GraphError, type HostTensor, type NamedTensors, UnsupportedOperatorError } from "@incipit/core";
import { conformanceModels, feedsFor } from "../../test/models.js";
import { evaluate } from "../../test/ort.js";
import { float32, int64Tensor, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { type AttributeLike, float } from "../graph/attributes.js";
import type { Graph } from "../graph/graph.js";
import { namesIn } from "../graph/query.js";
import { DATA_TYPE } from "../graph/tensors.js";
import { printGraph } from "../print.js";
import { readModel } from "../serde/read.js";
import { upgradeOpset } from "./upgrade-opset.js";

/** One node, as it was written in an older operator set. */
interface Case {
  readonly op: string;
  readonly opsets: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeLike>>;
  readonly inputs: readonly HostTensor[];
  readonly outputs?: number;
  /** Operators that come out; the same operator by default. */
  readonly becomes?: readonly string[];
}

const x = ramp(2, 3, 4);
const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"];
const before13 = [9, 10, 11, 12];

const cases: readonly Case[] = [
  ...reductions.flatMap((name): readonly Case[] => [
    { op: `Reduce${name}`, opsets: before13, attributes: { axes: [1, 2], keepdims: 0 }, inputs: [x] },
    { op: `Reduce${name}`, opsets: before13, inputs: [x] },
  ]),
  ...reductions
    .filter((name) => name !== "Sum")
    .map((name): Case => ({
      op: `Reduce${name}`,
      opsets: [13, 17],
      attributes: { axes: [-1] },
      inputs: [x],
    })),
  { op: "ReduceSum", opsets: [13, 17], inputs: [x, int64Tensor([1], [1])] },
  { op: "Squeeze", opsets: before13, attributes: { axes: [0, 2] }, inputs: [ramp(1, 3, 1)] },
  { op: "Squeeze", opsets: before13, inputs: [ramp(1, 3, 1)] },
  { op: "Unsqueeze", opsets: before13, attributes: { axes: [0, 3] }, inputs: [ramp(2, 3)] },
  { op: "Unsqueeze", opsets: [13, 17], inputs: [ramp(2, 3), int64Tensor([1], [1])] },
  { op: "Split", opsets: before13, attributes: { axis: 2, split: [1, 3] }, inputs: [x], outputs: 2 },
  { op: "Split", opsets: [...before13, 13, 17], attributes: { axis: 2 }, inputs: [x], outputs: 2 },
  {
    op: "Split",
    opsets: [13, 17],
    attributes: { axis: 2 },
    inputs: [x, int64Tensor([2], [1, 3])],
    outputs: 2,
  },
  { op: "Slice", opsets: [9], attributes: { starts: [1, -3], ends: [2 ** 63, 4] }, inputs: [x] },
  { op: "Slice", opsets: [9], attributes: { starts: [1], ends: [3], axes: [2] }, inputs: [x] },
  { op: "Slice", opsets: [10, 17], inputs: [x, ...[1, 3, 2].map((n) => int64Tensor([1], [n]))] },
  { op: "TopK", opsets: [9], attributes: { k: 2, axis: 1 }, inputs: [x], outputs: 2 },
  { op: "TopK", opsets: [10, 17], inputs: [x, int64Tensor([1], [3])], outputs: 2 },
  { op: "Pad", opsets: [9, 10], attributes: { pads: [0, 1, 0, 0, 0, 2], value: float(0.5) }, inputs: [x] },
  { op: "Pad", opsets: [9, 10], attributes: { pads: [0, 1, 0, 0, 0, 2], mode: "reflect" }, inputs: [x] },
  { op: "Pad", opsets: [11, 17], inputs: [x, int64Tensor([6], [0, 1, 0, 0, 0, 2])] },
  { op: "Clip", opsets: [9, 10], attributes: { min: float(0.5), max: float(1.5) }, inputs: [x] },
  { op: "Clip", opsets: [9, 10], attributes: { max: float(1.5) }, inputs: [x] },
  { op: "Clip", opsets: [9, 10], inputs: [x] },
  { op: "Clip", opsets: [11, 17], inputs: [x, float32([], [0.5])] },
  { op: "Dropout", opsets: [9, 10, 11], attributes: { ratio: float(0.3) }, inputs: [x] },
  { op: "Dropout", opsets: [12, 17], inputs: [x, float32([], [0.3])] },
  ...["Softmax", "LogSoftmax", "Hardmax"].flatMap((op): readonly Case[] => [
    { op, opsets: before13, inputs: [x], becomes: ["Flatten", op, "Shape", "Reshape"] },
    {
      op,
      opsets: before13,
      attributes: { axis: 0 },
      inputs: [x],
      becomes: ["Flatten", op, "Shape", "Reshape"],
    },
    { op, opsets: before13, attributes: { axis: 2 }, inputs: [x] },
    { op, opsets: [11, 12], attributes: { axis: -1 }, inputs: [x] },
    {
      op,
      opsets: [11, 12],
      attributes: { axis: -2 },
      inputs: [x],
      becomes: ["Flatten", op, "Shape", "Reshape"],
    },
    { op, opsets: [13, 17], inputs: [x] },
    { op, opsets: [13, 17], attributes: { axis: 1 }, inputs: [x] },
  ]),
  ...[9, 10].flatMap((opset) =>
    ["nearest", "linear"].map((mode): Case => ({
      op: opset === 9 ? "Upsample" : "Resize",
      opsets: [opset],
      attributes: { mode },
      inputs: [ramp(1, 2, 3, 4), float32([4], [1, 1, 2, 1.5])],
      becomes: ["Resize"],
    })),
  ),
  {
    op: "Scatter",
    opsets: [9, 10],
    attributes: { axis: 1 },
    inputs: [x, int64Tensor([2, 1, 4], [0, 1, 2, 0, 1, 1, 2, 2]), ramp(2, 1, 4)],
    becomes: ["ScatterElements"],
  },
  {
    op: "RoiAlign",
    opsets: [10, 15, 16],
    attributes: { output_height: 2, output_width: 2 },
    inputs: [ramp(1, 1, 5, 5), float32([1, 4], [0, 1, 3, 4]), int64Tensor([1], [0])],
  },
  {
    op: "BatchNormalization",
    opsets: [9, 13, 17],
    inputs: [x, ramp(3), ramp(3), ramp(3), ramp(3)],
  },
  { op: "Relu", opsets: [9, 17], inputs: [x] },
];

/** A builder for an older operator set. */
function old(opset: number): GraphBuilder {
  return new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": opset } });
}

/** A graph of one node; inputs that are no floats become constants, as exporters write them. */
function graphOf(
  { op, attributes, inputs, outputs = 1 }: Case,
  opset: number,
): { graph: Graph; feeds: NamedTensors } {
  const g = old(opset);
  const feeds: Record<string, HostTensor> = {};
  const values = inputs.map((tensor, i) => {
    if (tensor.dtype === "int64") return g.initializer(tensor, "given");
    feeds[`x${i}`] = tensor;
    return g.input(`x${i}`, tensor.dtype, tensor.shape);
  });
  for (const value of g.ops(op, values, attributes, { outputs })) g.output(value);
  return { graph: g.build(), feeds };
}

function print(value: AttributeLike): string {
  return typeof value === "object" && "type" in value ? JSON.stringify(value.value) : String(value);
}

describe("upgradeOpset", () => {
  for (const test of cases) {
    const attributes = Object.entries(test.attributes ?? {}).map(
      ([name, value]) => `${name}=${print(value)}`,
    );
    it.each(test.opsets)(
      `${test.op}(${attributes.join(", ")}) of opset %i computes the same`,
      async (opset) => {
        const { graph, feeds } = graphOf(test, opset);
        const upgraded = upgradeOpset(graph);
        expect(upgraded.opsets[""]).toBe(18);
        expect(upgraded.nodes.map((node) => node.opType)).toEqual(test.becomes ?? [test.op]);
        expect(await evaluate(upgraded, feeds)).toEqual(await evaluate(graph, feeds));
      },
    );
  }

  it("upgrades subgraphs too", async () => {
    const branch = (axis: number) => {
      const g = old(11);
      g.output(g.op("Softmax", ["x"], { axis }), `y${axis}`);
      return { type: "graph", value: g.build() } as const;
    };
    const g = old(11);
    g.input("x", "float32", [2, 3, 4]);
    const branches = { then_branch: branch(1), else_branch: branch(2) };
    g.output(g.op("If", [g.input("c", "bool", [])], branches), "y");
    const graph = g.build();
    const upgraded = upgradeOpset(graph);
    for (const condition of [0, 1]) {
      const feeds: NamedTensors = { x, c: { dtype: "bool", shape: [], data: Uint8Array.of(condition) } };
      expect(await evaluate(upgraded, feeds)).toEqual(await evaluate(graph, feeds));
    }
    expect(printGraph(upgraded)).not.toBe(printGraph(graph));
  });

  it("needs no flattening where the rank is known from probing", () => {
    const g = old(11);
    const y = g.op("Relu", [g.input("x", "float32", [2, 3, 4])]);
    g.output(g.op("Softmax", [y], { axis: 2 }));
    const known = new Map([[y, { name: y, dtype: "float32", shape: [2, 3, 4] } as const]]);
    expect(upgradeOpset(g.build(), { known }).nodes.map((node) => node.opType)).toEqual(["Relu", "Softmax"]);
    expect(upgradeOpset(g.build()).nodes).toHaveLength(5);
  });

  it("casts bounds where the float type is not known", async () => {
    const g = old(10);
    const half = g.op("Cast", [g.input("x", "float32", [3])], { to: DATA_TYPE.float16 });
    const weight = g.initializer({ dtype: "float16", shape: [], data: Uint16Array.of(0x3c00) });
    const clipped = g.op("Clip", [g.op("Mul", [half, weight])], { min: float(0.5), max: float(1) });
    g.output(g.op("Cast", [clipped], { to: DATA_TYPE.float32 }), "y");
    const feeds = { x: float32([3], [0.25, 0.75, 2]) };
    const result = await evaluate(upgradeOpset(g.build()), feeds);
    expect(result).toEqual({ y: float32([3], [0.5, 0.75, 1]) });
  });

  it("gives what it adds names of its own", () => {
    const g = old(11);
    g.input("axes", "float32", [1, 3]);
    g.output(g.op("Squeeze", ["axes"], { axes: [0] }, { name: "axes_1" }), "axes_2");
    const graph = g.build();
    const [, added] = upgradeOpset(graph).nodes[0]!.inputs;
    expect([...namesIn(graph)]).not.toContain(added);
  });

  it("leaves operators of other domains and newer models alone", () => {
    const g = old(11);
    const squeezed = g.op("Squeeze", [g.input("x", "float32")], { axes: [0] }, { domain: "com.example" });
    g.output(squeezed);
    const { nodes } = g.build();
    expect(upgradeOpset(g.build()).nodes).toEqual(nodes);
    const newer = old(20).build();
    expect(upgradeOpset(newer)).toBe(newer);
  });

  it("refuses what is too old, or has no counterpart", () => {
    expect(() => upgradeOpset(old(8).build())).toThrow(GraphError);
    const g = old(9);
    const inputs = ["x", "s", "b", "m", "v"].map((name) => g.input(name, "float32"));
    for (const y of g.ops("BatchNormalization", inputs, {}, { outputs: 5, name: "norm" })) g.output(y);
    expect(() => upgradeOpset(g.build())).toThrow(UnsupportedOperatorError);
    expect(() => upgradeOpset(g.build())).toThrow(/BatchNormalization node "norm".*opset 9/);
  });

  it.each(conformanceModels())("computes the same for the real export $name", async ({ bytes, name }) => {
    const graph = readModel(bytes, { name });
    const upgraded = upgradeOpset(graph);
    const feeds = feedsFor(graph);
    expect(upgraded.opsets[""]).toBeGreaterThanOrEqual(18);
    expect(await evaluate(upgraded, feeds)).toEqual(await evaluate(graph, feeds));
  });
});
