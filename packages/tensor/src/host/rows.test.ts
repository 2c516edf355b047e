import { ShapeError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scalar, tensor, zeros } from "./create.js";
import { concatRows, sliceRows, takeRows } from "./rows.js";

const x = tensor("float32", [3, 2], [1, 2, 3, 4, 5, 6]);

describe("sliceRows", () => {
  test("gives a view of the same memory", () => {
    const rows = sliceRows(x, 1, 2);
    expect(rows).toEqual(tensor("float32", [1, 2], [3, 4]));
    expect(rows.data.buffer).toBe(x.data.buffer);
  });

  test("takes bounds as Array.prototype.slice does", () => {
    const column = tensor("int32", [5], [0, 1, 2, 3, 4]);
    const bound = fc.integer({ min: -7, max: 7 });
    fc.assert(
      fc.property(bound, fc.option(bound, { nil: undefined }), (start, end) => {
        expect([...sliceRows(column, start, end).data]).toEqual([0, 1, 2, 3, 4].slice(start, end));
      }),
    );
  });
});

describe("takeRows", () => {
  test("copies rows in the order asked for", () => {
    expect(takeRows(x, [2, 0, 2])).toEqual(tensor("float32", [3, 2], [5, 6, 1, 2, 5, 6]));
    expect(takeRows(x, [])).toEqual(zeros("float32", [0, 2]));
  });

  test.each([3, -1, 0.5])("refuses row %d of 3", (index) => {
    expect(() => takeRows(x, [index])).toThrow(
      expect.objectContaining({
        name: "ShapeError",
        message: `takeRows: float32[3,2] has no row ${index}; rows are 0 to 2.`,
      }),
    );
  });
});

test("refuse elements that share a byte", () => {
  const packed = tensor("int4", [2, 3], [1, 2, 3, 4, 5, 6]);
  expect(() => sliceRows(packed, 1)).toThrow(/rows of int4\[2,3\] may begin within a byte/);
  expect(() => takeRows(packed, [1])).toThrow(ShapeError);
});

describe("concatRows", () => {
  test("puts back together what was sliced", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), (at) => {
        expect(concatRows([sliceRows(x, 0, at), sliceRows(x, at)])).toEqual(x);
      }),
    );
  });

  test("keeps 64-bit integers", () => {
    const ids = tensor("int64", [1, 2], [2n ** 60n, -1]);
    expect(concatRows([ids, ids]).data).toEqual(BigInt64Array.of(2n ** 60n, -1n, 2n ** 60n, -1n));
  });

  test("refuses parts whose rows differ", () => {
    expect(() => concatRows([x, zeros("float32", [1, 3])])).toThrow(/got float32\[3,2\] and float32\[1,3\]/);
    expect(() => concatRows([])).toThrow(ShapeError);
  });
});

test("a scalar has no rows", () => {
  expect(() => sliceRows(scalar("float32", 1), 0)).toThrow(ShapeError);
});
