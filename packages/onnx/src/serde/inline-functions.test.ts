import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import type { NamedTensors } from "@incipit/core";
import { evaluate, runModel } from "../../test/ort.js";
import { float32 } from "../../test/tensors.js";
import { printGraph } from "../print.js";
import {
  AttributeProto_AttributeType as Type,
  type AttributeProtoSchema,
  type FunctionProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
} from "./generated/onnx_pb.js";
import { readModel } from "./read.js";

type NodeInit = MessageInitShape<typeof NodeProtoSchema>;
type FunctionInit = MessageInitShape<typeof FunctionProtoSchema>;
type AttributeInit = MessageInitShape<typeof AttributeProtoSchema>;

const floats = (...names: string[]) =>
  names.map((name) => ({ name, type: { value: { case: "tensorType" as const, value: { elemType: 1 } } } }));

/** A node of ONNX's own operators. */
const node = (
  opType: string,
  input: string[],
  output: string[],
  attribute: AttributeInit[] = [],
): NodeInit => ({
  opType,
  input,
  output,
  attribute,
  name: `${opType}_${output.join("_")}`,
});
/** A call of a local function. */
const call = (...args: Parameters<typeof node>): NodeInit => ({ ...node(...args), domain: "local" });

const fn = (
  name: string,
  input: string[],
  output: string[],
  body: NodeInit[],
  rest: FunctionInit = {},
): FunctionInit => ({
  domain: "local",
  name,
  input,
  output,
  node: body,
  opsetImport: [{ version: 18n }, { domain: "local", version: 1n }],
  ...rest,
});

function model(
  functions: FunctionInit[],
  nodes: NodeInit[],
  graph: MessageInitShape<typeof GraphProtoSchema> = {},
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [{ version: 18n }, { domain: "local", version: 1n }],
      functions,
      graph: { name: "main", input: floats("x"), output: floats("y"), node: nodes, ...graph },
    }),
  );
}

/** ONNX Runtime runs the functions itself: that is what inlining must equal. */
async function expectSame(
  bytes: Uint8Array,
  feeds: NamedTensors = { x: float32([2], [-1, 2]) },
): Promise<void> {
  const graph = readModel(bytes);
  expect(graph.nodes.filter(({ domain }) => domain === "local")).toEqual([]);
  expect(await evaluate(graph, feeds)).toEqual(await runModel(bytes, feeds));
}

const negExp = fn("NegExp", ["a"], ["r"], [node("Neg", ["a"], ["t"]), node("Exp", ["t"], ["r"])]);

describe("local functions", () => {
  it("are inlined under unique names, however often they are called", async () => {
    const bytes = model(
      [negExp],
      [call("NegExp", ["x"], ["h"]), call("NegExp", ["h"], ["t"]), call("NegExp", ["t"], ["y"])],
    );
    expect(printGraph(readModel(bytes))).toMatchInlineSnapshot(`
      "main(x: float32) -> (y: float32) {
        NegExp_h/t = Neg(x)
        h = Exp(NegExp_h/t)
        NegExp_t/t = Neg(h)
        t = Exp(NegExp_t/t)
        NegExp_y/t = Neg(t)
        y = Exp(NegExp_y/t)
      }"
    `);
    await expectSame(bytes);
  });

  it("may call each other", async () => {
    const twice = fn("Twice", ["a"], ["r"], [call("NegExp", ["a"], ["t"]), call("NegExp", ["t"], ["r"])]);
    await expectSame(model([twice, negExp], [call("Twice", ["x"], ["y"])]));
  });

  it("get their attributes from the call, from defaults, or not at all", async () => {
    const ref = (name: string, refAttrName: string, type: Type): AttributeInit => ({
      name,
      refAttrName,
      type,
    });
    const leaky = fn(
      "Leaky",
      ["a"],
      ["r"],
      [
        node("LeakyRelu", ["a"], ["t"], [ref("alpha", "slope", Type.FLOAT)]),
        node("Elu", ["t"], ["r"], [ref("alpha", "scale", Type.FLOAT)]),
      ],
      { attribute: ["scale"], attributeProto: [{ name: "slope", type: Type.FLOAT, f: 0.25 }] },
    );
    const value = (name: string, f: number): AttributeInit => ({ name, type: Type.FLOAT, f });
    await expectSame(model([leaky], [call("Leaky", ["x"], ["y"])]));
    await expectSame(model([leaky], [call("Leaky", ["x"], ["y"], [value("slope", 0.5)])]));
    await expectSame(model([leaky], [call("Leaky", ["x"], ["y"], [value("scale", 3), value("slope", 2)])]));
  });

  it("may leave out optional inputs and outputs", async () => {
    const clip = fn(
      "Limit",
      ["a", "lo", "hi"],
      ["r", "n"],
      [node("Clip", ["a", "lo", "hi"], ["r"]), node("Neg", ["r"], ["n"])],
    );
    const initializer = [{ name: "one", dataType: 1, floatData: [1] }];
    await expectSame(model([clip], [call("Limit", ["x", "", "one"], ["y", "unused"])], { initializer }));
    await expectSame(model([clip], [call("Limit", ["x"], ["", "y"])]));
  });

  it("may pass an input through, or give a result twice", async () => {
    const x = float32([1], [3]);
    const both = fn("Both", ["a"], ["a", "r"], [node("Neg", ["a"], ["r"])]);
    const sum = model([both], [call("Both", ["x"], ["p", "q"]), node("Sub", ["p", "q"], ["y"])]);
    expect(await evaluate(readModel(sum), { x })).toEqual({ y: float32([1], [6]) });
    const same = fn("Same", ["a"], ["r", "r"], [node("Neg", ["a"], ["r"])]);
    const graph = readModel(model([same], [call("Same", ["x"], ["p", "q"]), node("Add", ["p", "q"], ["y"])]));
    expect(await evaluate(graph, { x })).toEqual({ y: float32([1], [-6]) });
  });

  it("may contain subgraphs that read what is around them, and be called in subgraphs", async () => {
    const branch = (name: string, body: NodeInit[]): AttributeInit => ({
      name,
      type: Type.GRAPH,
      g: { name, node: body, output: floats("o") },
    });
    const pick = fn(
      "Pick",
      ["c", "a"],
      ["r"],
      [
        node("Neg", ["a"], ["t"]),
        node(
          "If",
          ["c"],
          ["r"],
          [
            branch("then_branch", [node("Exp", ["t"], ["u"]), node("Neg", ["u"], ["o"])]),
            branch("else_branch", [call("NegExp", ["a"], ["o"])]),
          ],
        ),
      ],
    );
    const nodes = [
      call("Pick", ["c", "x"], ["h"]),
      node(
        "If",
        ["c"],
        ["y"],
        [
          branch("then_branch", [call("Pick", ["c", "h"], ["o"])]),
          branch("else_branch", [call("NegExp", ["h"], ["o"])]),
        ],
      ),
    ];
    const condition = {
      name: "c",
      type: { value: { case: "tensorType" as const, value: { elemType: 9, shape: {} } } },
    };
    const bytes = model([pick, negExp], nodes, { input: [...floats("x"), condition] });
    for (const flag of [0, 1]) {
      const feeds: NamedTensors = {
        x: float32([2], [-1, 2]),
        c: { dtype: "bool", shape: [], data: Uint8Array.of(flag) },
      };
      await expectSame(bytes, feeds);
    }
  });

  it("bring the operator sets that only they use", () => {
    const custom = fn("Custom", ["a"], ["r"], [{ ...node("Gelu", ["a"], ["r"]), domain: "com.microsoft" }], {
      opsetImport: [{ version: 17n }, { domain: "com.microsoft", version: 1n }],
    });
    expect(readModel(model([custom], [call("Custom", ["x"], ["y"])])).opsets).toMatchObject({
      "": 18,
      "com.microsoft": 1,
    });
  });

  it("cannot call themselves", () => {
    const loop = fn("Loop", ["a"], ["r"], [call("Loop", ["a"], ["r"])]);
    expect(() => readModel(model([loop], [call("Loop", ["x"], ["y"])]))).toThrow(
      /function "Loop" calls itself/,
    );
  });
});
