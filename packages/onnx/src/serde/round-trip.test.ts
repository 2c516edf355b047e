import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType, HostTensor } from "@incipit/core";
import { conformanceModels, feedsFor } from "../../test/models.js";
import { evaluate, runModel } from "../../test/ort.js";
import type { Attribute, Dimension, Graph, Node, ValueInfo } from "../graph/graph.js";
import { byteLength, DATA_TYPE, tensorFromBytes } from "../graph/tensors.js";
import { readModel } from "./read.js";
import { writeModel } from "./write.js";

const dtype = fc.constantFrom(...(Object.keys(DATA_TYPE) as DType[]));
const size = fc.integer({ min: 0, max: 3 });

const tensor: fc.Arbitrary<HostTensor> = fc
  .tuple(dtype, fc.array(size, { maxLength: 3 }))
  .chain(([type, shape]) => {
    const length = byteLength(type, shape);
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => tensorFromBytes(type, shape, bytes));
  });

const text = fc.string({ unit: "grapheme" });
const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-(2 ** 63), 2 ** 53));
const float = fc.float();

const { graph } = fc.letrec<{ graph: Graph; attribute: Attribute; node: Node }>((tie) => ({
  attribute: fc.oneof(
    { depthSize: "small" },
    fc.record({ type: fc.constant("int" as const), value: integer }),
    fc.record({ type: fc.constant("float" as const), value: float }),
    fc.record({ type: fc.constant("string" as const), value: text }),
    fc.record({ type: fc.constant("tensor" as const), value: tensor }),
    fc.record({ type: fc.constant("ints" as const), value: fc.array(integer) }),
    fc.record({ type: fc.constant("floats" as const), value: fc.array(float) }),
    fc.record({ type: fc.constant("strings" as const), value: fc.array(text) }),
    fc.record({ type: fc.constant("tensors" as const), value: fc.array(tensor, { maxLength: 2 }) }),
    fc.record({ type: fc.constant("graph" as const), value: tie("graph") }),
    fc.record({ type: fc.constant("graphs" as const), value: fc.array(tie("graph"), { maxLength: 2 }) }),
  ),
  node: fc.record({
    name: text,
    opType: fc.constantFrom("Add", "If", "Gather"),
    domain: fc.constantFrom("", "com.example"),
    inputs: fc.array(fc.constantFrom("", "x", "w"), { maxLength: 3 }),
    outputs: fc.array(fc.constant(""), { maxLength: 2 }),
    attributes: fc.dictionary(fc.constantFrom("a", "b", "toString"), tie("attribute"), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  }),
  graph: fc.record({
    name: text,
    inputs: fc.uniqueArray(valueInfo("x"), { maxLength: 3, selector: ({ name }) => name }),
    outputs: fc.array(fc.oneof(valueInfo("y"), fc.record({ name: text })), { maxLength: 2 }),
    nodes: fc.array(tie("node"), { maxLength: 3 }),
    initializers: fc
      .array(
        fc.tuple(
          text.map((name) => `w${name}`),
          tensor,
        ),
        { maxLength: 2 },
      )
      .map((all) => new Map(all)),
    opsets: fc.constant({ "": 18, "com.example": 1 }),
    metadata: fc.constant({}),
  }),
}));

function valueInfo(prefix: string): fc.Arbitrary<ValueInfo> {
  const dimension: fc.Arbitrary<Dimension> = fc.oneof(size, fc.constantFrom("batch", undefined));
  return fc.record({
    name: text.map((name) => prefix + name),
    dtype,
    shape: fc.option(fc.array(dimension, { maxLength: 3 }), { nil: undefined }),
  });
}

describe("writing a model and reading it again", () => {
  it("gives the same graph", () => {
    fc.assert(
      fc.property(graph, fc.dictionary(text, text, { noNullPrototype: true }), (inner, metadata) => {
        const given: Graph = { ...inner, metadata };
        expect(readModel(writeModel(given))).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it.each(conformanceModels())("keeps what the real export $name computes", async ({ name, bytes }) => {
    const graph = readModel(bytes, { name });
    const feeds = feedsFor(graph);
    const before = await runModel(bytes, feeds);
    expect(await evaluate(graph, feeds)).toEqual(before);
    expect(graph.nodes.filter((node) => node.opType === "Constant")).toEqual([]);
    expect(readModel(writeModel(graph))).toEqual(graph);
  });
});
