import { ConfigError, ShapeError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { embeddingTable } from "./embedding-table.js";

const table = embeddingTable(tensor("float32", [3, 2], [3, 4, 0, 0, 1, 1]));

it("knows its size, width and root mean square", () => {
  expect(table).toMatchObject({ size: 3, width: 2 });
  expect(table.rms).toBeCloseTo(Math.sqrt(27 / 6));
});

it("gives rows in the order of the ids", () => {
  expect(table.rows([2, 0, 2])).toEqual(tensor("float32", [3, 2], [1, 1, 3, 4, 1, 1]));
});

it("knows rows as a model scales them", () => {
  const scaled = embeddingTable(tensor("float32", [2, 2], [3, 4, 0, 1]), -2);
  expect(scaled.rows([0])).toEqual(tensor("float32", [1, 2], [-6, -8]));
  expect(scaled.rms).toBeCloseTo(2 * Math.sqrt(26 / 4));
});

it("names an id that it does not have", () => {
  expect(() => table.rows([0, 3])).toThrow(ConfigError);
  expect(() => table.rows([3])).toThrow("Token id 3 is out of range; the vocabulary has 3 entries.");
});

it("refuses what is no matrix", () => {
  expect(() => embeddingTable(tensor("float32", [2], [1, 2]))).toThrow(ShapeError);
});
