import { GraphError } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
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
    expect(findPromptSite(g.build())).toEqual({ ids: "input_ids", embedding: words, table: "words" });
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
