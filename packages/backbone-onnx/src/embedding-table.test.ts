import { ConfigError, ShapeError } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { embeddingTable, vocabularyOf } from "./embedding-table.js";
import { findTokenSite } from "./token-site.js";

const table = embeddingTable(tensor("float32", [3, 2], [3, 4, 0, 0, 1, 1]));

it("knows its size, width and root mean square", () => {
  expect(table).toMatchObject({ size: 3, width: 2 });
  expect(table.rms).toBeCloseTo(Math.sqrt(27 / 6));
});

it("gives rows in the order of the ids", () => {
  expect(table.rows([2, 0, 2])).toEqual(tensor("float32", [3, 2], [1, 1, 3, 4, 1, 1]));
});

it("names an id that it does not have", () => {
  expect(() => table.rows([0, 3])).toThrow(ConfigError);
  expect(() => table.rows([3])).toThrow("Token id 3 is out of range; the vocabulary has 3 entries.");
});

it("refuses what is no matrix", () => {
  expect(() => embeddingTable(tensor("float32", [2], [1, 2]))).toThrow(ShapeError);
});

/** ids → rows of a table of 8 bits, dequantized with scale 0.5 and zero point 1, times 2. */
function quantized() {
  const g = new GraphBuilder();
  const ids = g.input("input_ids", "int64", ["batch", "seq"]);
  const words = g.initializer(tensor("uint8", [3, 2], [1, 2, 3, 4, 5, 7]));
  const scale = g.initializer(tensor("float32", [], [0.5]));
  const zero = g.initializer(tensor("uint8", [], [1]));
  const rows = g.op("DequantizeLinear", [g.op("Gather", [words, ids]), scale, zero]);
  g.output(g.op("Mul", [rows, g.initializer(tensor("float32", [1], [2]))]), "y");
  return g.build();
}

it("has what a model makes of its ids, where that is not its table", async () => {
  const graph = quantized();
  const vocabulary = await vocabularyOf(graph, findTokenSite(graph, "input_ids"));
  expect(vocabulary).toMatchObject({ size: 3, width: 2 });
  expect(vocabulary.rows([2, 0])).toEqual(tensor("float32", [2, 2], [4, 6, 0, 1]));
});
