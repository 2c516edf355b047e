import { GraphError, type DType } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
import { full, tensor } from "@incipit/tensor";
import { randomTensors } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { readsFirstToken } from "./first-token.js";
import { findPromptSite } from "./prompt-site.js";

const random = randomTensors(0);

/** ids → Cast → rows of a vocabulary of 50, and rows of a table of 2 token types by the ids, too. */
function lookups() {
  const g = new GraphBuilder();
  const ids = g.input("input_ids", "int64", ["batch", "seq"]);
  const types = g.op("Gather", [g.initializer(random.normal([2, 4]), "types"), ids]);
  const cast = g.op("Cast", [ids], { to: 6 });
  const words = g.op("Gather", [g.initializer(random.normal([50, 4]), "words"), cast]);
  return { g, sum: g.op("Add", [types, words]), words };
}

describe("findPromptSite", () => {
  it("finds the lookup in the largest table, through a Cast of the ids", () => {
    const { g, words } = lookups();
    expect(findPromptSite(g.build())).toEqual({
      kind: "tokens",
      ids: "input_ids",
      embedding: words,
      dtype: "float32",
      vocabulary: 50,
      table: "words",
    });
  });

  it("takes a decoder's ids where there are no others", () => {
    const g = new GraphBuilder();
    g.input("input_features", "float32", ["batch", 8, 16]);
    const ids = g.input("decoder_input_ids", "int64", ["batch", "seq"]);
    const words = g.op("Gather", [g.initializer(random.normal([50, 4]), "words"), ids]);
    expect(findPromptSite(g.build())).toMatchObject({ ids: "decoder_input_ids", embedding: words });
  });

  it("lists the inputs when the ids are called something else", () => {
    const g = new GraphBuilder();
    g.input("tokens", "int64", ["batch", "seq"]);
    expect(() => findPromptSite(g.build())).toThrow(/no input "input_ids"; it has tokens/);
    expect(() => findPromptSite(g.build())).toThrow(GraphError);
  });

  it("says when nothing is looked up by the ids", () => {
    const g = new GraphBuilder();
    g.output(g.op("Neg", [g.input("input_ids", "int64", ["batch", "seq"])]), "y");
    expect(() => findPromptSite(g.build())).toThrow(/No place for a prompt/);
  });
});

describe("a scale behind the lookup", () => {
  /** ids → rows → times 3, by nodes of these names; the second may be noted to come from a module. */
  function scaled(gather: string, mul: string, module?: string) {
    const g = new GraphBuilder();
    const ids = g.input("input_ids", "int64", ["batch", "seq"]);
    const rows = g.op("Gather", [g.initializer(random.normal([50, 4]), "words"), ids], {}, { name: gather });
    const three = g.initializer(tensor("float32", [], [3]));
    const product = g.op("Mul", [three, rows], {}, { name: mul });
    g.output(product, "y");
    const graph = g.build();
    const nodes = graph.nodes.map((node) =>
      module === undefined ? node : { ...node, module: node.name === mul ? module : "model.embed" },
    );
    return { g, graph: { ...graph, nodes }, rows, product };
  }

  it.each([
    ["of the same module by its name", "/model/embed/Gather", "/model/embed/Mul", undefined],
    ["of the same module as noted", "node_embedding", "node_mul", "model.embed"],
    ["that could be of any module", "Gather_1", "Mul_1", undefined],
  ])("is the embedding's, when it is %s", (_, gather, mul, module) => {
    const { graph, product } = scaled(gather, mul, module);
    expect(findPromptSite(graph)).toEqual({
      kind: "tokens",
      ids: "input_ids",
      embedding: product,
      dtype: "float32",
      vocabulary: 50,
    });
  });

  it.each([
    ["by its name", "/model/embed/Gather", "/model/Mul", undefined],
    ["as noted", "node_embedding", "node_mul", "model"],
  ])("comes behind the prompt, when it is of another module %s", (_, gather, mul, module) => {
    const { graph, rows } = scaled(gather, mul, module);
    expect(findPromptSite(graph)).toMatchObject({ embedding: rows, table: "words" });
  });

  it("is not the embedding's, when something else reads the rows as they are", () => {
    const { g, rows } = scaled("Gather_1", "Mul_1");
    g.output(g.op("Neg", [rows]), "z");
    expect(findPromptSite(g.build())).toMatchObject({ embedding: rows, table: "words" });
  });
});

describe("a table that is cast or decoded", () => {
  /** ids → rows of a table of this type → these operators, one after the other. */
  function encoded(dtype: DType, operators: readonly (readonly [string, { readonly to?: number }?])[]) {
    const g = new GraphBuilder();
    const ids = g.input("input_ids", "int64", ["batch", "seq"]);
    const words = g.initializer(tensor(dtype, [50, 4], Array<number>(200).fill(1)), "words");
    let rows = g.op("Gather", [words, ids]);
    const length = g.op("Shape", [rows]);
    const scale = g.initializer(tensor("float32", [], [0.1]), "scale");
    for (const [opType, attributes = {}] of operators)
      rows = g.op(opType, opType === "Cast" ? [rows] : [rows, scale], { ...attributes });
    g.output(length, "length");
    g.output(g.op("Tanh", [rows]), "y");
    return { graph: g.build(), rows };
  }

  it.each([
    ["of 8 bits gives embeddings when it is dequantized", "uint8", [["DequantizeLinear"]], "float32"],
    ["of 8 bits may be scaled besides", "int8", [["DequantizeLinear"], ["Mul"]], "float32"],
    ["of 16 bits gives embeddings of 32 when it is cast", "float16", [["Cast", { to: 1 }]], "float32"],
    ["of 16 bits gives embeddings of 16 when it is not", "float16", [], "float16"],
  ] as const)("%s", (_, dtype, operators, expected) => {
    const { graph, rows } = encoded(dtype, operators);
    expect(findPromptSite(graph)).toMatchObject({ embedding: rows, dtype: expected, vocabulary: 50 });
  });

  it.each([
    ["as they are where a Cast changes nothing", "float32", 1, "words"],
    ["other ones where it does", "float16", 1, undefined],
  ] as const)("gives rows %s", (_, dtype, to, table) => {
    const { graph, rows } = encoded(dtype, [["Cast", { to }]]);
    const site = findPromptSite(graph);
    expect(site).toMatchObject({ embedding: rows });
    expect("table" in site ? site.table : undefined).toBe(table);
  });
});

describe("a table that is decoded as a whole", () => {
  it("or row by row by ONNX Runtime's operator, is not what its bytes are", () => {
    const g = new GraphBuilder();
    const ids = g.input("input_ids", "int64", ["batch", "seq"]);
    const inputs = [
      g.initializer(full("uint8", [50, 8], 1)),
      ids,
      g.initializer(full("float32", [50, 1], 0.1)),
    ];
    const attributes = { gather_axis: 0, quantize_axis: 1, block_size: 16, bits: 4 };
    const rows = g.op("GatherBlockQuantized", inputs, attributes, { domain: "com.microsoft" });
    g.output(rows, "y");
    const site = findPromptSite(g.build());
    expect(site).toMatchObject({ embedding: rows, dtype: "float32", vocabulary: 50 });
    expect(site).not.toHaveProperty("table");
  });

  it.each([
    ["from 4 bits, in blocks", "uint4", "DequantizeLinear", { axis: 1, block_size: 2 }],
    ["from 8 bits", "int8", "DequantizeLinear", {}],
    ["from 16 bits", "float16", "Cast", { to: 1 }],
  ] as const)(
    "%s is the vocabulary's, but not for its rows as they are stored",
    (_, dtype, opType, attributes) => {
      const g = new GraphBuilder();
      const ids = g.input("input_ids", "int64", ["batch", "seq"]);
      const stored = g.initializer(full(dtype, [50, 4], 1));
      const scale = g.initializer(full("float32", "block_size" in attributes ? [50, 2] : [], 0.1));
      const table = g.op(opType, opType === "Cast" ? [stored] : [stored, scale], attributes);
      const rows = g.op("Gather", [table, ids]);
      g.output(rows, "y");
      expect(findPromptSite(g.build())).toEqual({
        kind: "tokens",
        ids: "input_ids",
        embedding: rows,
        dtype: "float32",
        vocabulary: 50,
      });
    },
  );
});

describe("the site of a model without ids", () => {
  /** pixels → patches of width 4, with a class token in front and position embeddings. */
  function patches(positions: "constant" | "none") {
    const g = new GraphBuilder();
    const pixels = g.input("pixel_values", "float32", ["batch", 3, 4]);
    const flat = g.op("MatMul", [pixels, g.initializer(random.normal([4, 4]))]);
    const biased = g.op("Add", [flat, g.initializer(random.normal([4]))]);
    const table = g.initializer(random.normal([1, 3, 4]));
    const embedded = positions === "none" ? biased : g.op("Add", [table, biased]);
    g.output(g.op("Add", [embedded, g.initializer(random.normal([1, 3, 4]))]), "y");
    return {
      graph: positions === "none" ? { ...g.build(), nodes: g.build().nodes.slice(0, 2) } : g.build(),
      embedded,
    };
  }

  it("is where position embeddings are added, not where a bias is", () => {
    const { graph, embedded } = patches("constant");
    expect(findPromptSite(graph)).toEqual({ kind: "sequence", embedding: embedded, dtype: "float32" });
  });

  it("is nowhere, when there are none", () => {
    expect(() => findPromptSite(patches("none").graph)).toThrow(/this model adds none/);
  });
});

describe("readsFirstToken", () => {
  it("is true of a model that pools position 0 of its states", () => {
    const { g, sum, words } = lookups();
    const zero = g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(0n) });
    g.output(g.op("Gather", [g.op("Tanh", [sum]), zero], { axis: 1 }), "pooled");
    expect(readsFirstToken(g.build(), words)).toBe(true);
  });

  it("is false of a model that reads all positions alike", () => {
    const { g, sum, words } = lookups();
    g.output(g.op("Tanh", [sum]), "states");
    expect(readsFirstToken(g.build(), words)).toBe(false);
  });
});
