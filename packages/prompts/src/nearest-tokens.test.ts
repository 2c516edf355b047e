import { ShapeError, type EmbeddingTable, type HostTensor } from "@incipit/core";
import { tensor, takeRows } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestTokens } from "./nearest-tokens.js";

function tableOf(rows: HostTensor<"float32">): EmbeddingTable {
  const [size = 0, width = 0] = rows.shape;
  return { size, width, rms: 1, rows: (ids) => takeRows(rows, ids) };
}

describe("nearestTokens", () => {
  it("finds the direction, whatever the length, the nearest first", () => {
    const table = tableOf(tensor("float32", [4, 2], [1, 0, 0, 3, -1, 0, 2, 2]));
    const [first, second] = nearestTokens(tensor("float32", [2, 2], [10, 0.1, 0, -0.5]), table, 2);
    expect(first?.map(({ id }) => id)).toEqual([0, 3]);
    expect(first?.[0]?.similarity).toBeCloseTo(10 / Math.hypot(10, 0.1), 6);
    expect(second?.map(({ id }) => id)).toEqual([0, 2]);
    expect(second?.[0]?.similarity).toBe(0);
  });

  it("finds every row of a table of several thousand itself", () => {
    const size = 2500;
    const rows = tensor(
      "float32",
      [size, 2],
      Array.from({ length: 2 * size }, (_, i) => {
        const angle = (2 * Math.PI * Math.floor(i / 2)) / size;
        return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
      }),
    );
    const table = tableOf(rows);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), (id) => {
        const [near] = nearestTokens(table.rows([id]), table, 3);
        expect(near?.[0]?.id).toBe(id);
        expect(new Set(near?.slice(1).map((token) => token.id))).toEqual(
          new Set([(id + 1) % size, (id + size - 1) % size]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("gives a row of zeros the similarity 0", () => {
    const [near] = nearestTokens(
      tensor("float32", [1, 2], [0, 0]),
      tableOf(tensor("float32", [1, 2], [1, 1])),
    );
    expect(near).toEqual([{ id: 0, similarity: 0 }]);
  });

  it("refuses a prompt of another width", () => {
    const table = tableOf(tensor("float32", [1, 2], [1, 1]));
    expect(() => nearestTokens(tensor("float32", [1, 3], [1, 1, 1]), table)).toThrow(ShapeError);
  });
});
