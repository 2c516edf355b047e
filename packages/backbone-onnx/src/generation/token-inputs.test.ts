import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { textsOf, tokenInputs } from "./token-inputs.js";

const options = { virtualTokens: 2, placement: "front", placeholderId: 9, padId: 0, padding: "end" } as const;
const matrix = (...rows: number[][]) => tensor("int64", [rows.length, rows[0]!.length], rows.flat());

describe("tokenInputs", () => {
  it("puts placeholders, ones and running positions where the virtual tokens will be", () => {
    expect(tokenInputs([[5, 6, 7], [8]], options)).toEqual({
      inputs: {
        input_ids: matrix([9, 9, 5, 6, 7], [9, 9, 8, 0, 0]),
        attention_mask: matrix([1, 1, 1, 1, 1], [1, 1, 1, 0, 0]),
        position_ids: matrix([0, 1, 2, 3, 4], [0, 1, 2, 0, 0]),
      },
      last: tensor("int64", [2], [4, 2]),
    });
  });

  it("pads between the virtual tokens and the text, counting no padding", () => {
    expect(tokenInputs([[5, 6, 7], [8]], { ...options, padding: "before-text" })).toEqual({
      inputs: {
        input_ids: matrix([9, 9, 5, 6, 7], [9, 9, 0, 0, 8]),
        attention_mask: matrix([1, 1, 1, 1, 1], [1, 1, 0, 0, 1]),
        position_ids: matrix([0, 1, 2, 3, 4], [0, 1, 0, 0, 2]),
      },
      last: tensor("int64", [2], [4, 4]),
    });
  });

  it("puts virtual tokens behind the first token", () => {
    const { inputs } = tokenInputs([[5, 6], [8]], { ...options, placement: "after-first" });
    expect(inputs.input_ids).toEqual(matrix([5, 9, 9, 6], [8, 9, 9, 0]));
  });
});

describe("textsOf", () => {
  it("leaves out padding on whatever side", () => {
    const ids = matrix([0, 5, 6], [7, 0, 0]);
    const mask = matrix([0, 1, 1], [1, 0, 0]);
    expect(textsOf({ input_ids: ids, attention_mask: mask })).toEqual([[5, 6], [7]]);
    expect(textsOf({ input_ids: ids })).toEqual([
      [0, 5, 6],
      [7, 0, 0],
    ]);
  });
});
