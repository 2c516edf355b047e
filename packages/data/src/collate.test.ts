import { ShapeError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { collateSequences, collateText } from "./collate.js";

describe("collateText", () => {
  it("pads to the longest, with a mask and labels", () => {
    expect(collateText([{ ids: [5, 6, 7] }, { ids: [8] }], { padId: 9, labels: [1, 0] })).toEqual({
      input_ids: tensor("int64", [2, 3], [5, 6, 7, 8, 9, 9]),
      attention_mask: tensor("int64", [2, 3], [1, 1, 1, 1, 0, 0]),
      labels: tensor("int64", [2], [1, 0]),
    });
  });

  it("has token types where an encoding has them, and none of it without labels", () => {
    const batch = collateText([{ ids: [5, 6], typeIds: [0, 1] }, { ids: [8] }], { padId: 0 });
    expect(Object.keys(batch)).toEqual(["input_ids", "attention_mask", "token_type_ids"]);
    expect(batch["token_type_ids"]).toEqual(tensor("int64", [2, 2], [0, 1, 0, 0]));
  });

  it("is one position wide where every text is empty", () => {
    expect(collateText([{ ids: [] }], { padId: 3 })).toEqual({
      input_ids: tensor("int64", [1, 1], [3]),
      attention_mask: tensor("int64", [1, 1], [0]),
    });
  });

  it("pads the labels of tokens with -100", () => {
    const { labels } = collateText([{ ids: [5] }, { ids: [6, 7, 8] }], {
      padId: 0,
      labels: [[1], [2, -100, 3]],
    });
    expect(labels).toEqual(tensor("int64", [2, 3], [1, -100, -100, 2, -100, 3]));
  });

  it("refuses labels that are not one for each", () => {
    expect(() => collateText([{ ids: [1] }], { padId: 0, labels: [] })).toThrow(ShapeError);
    expect(() => collateText([{ ids: [1] }], { padId: 0, labels: [[1], [1]] })).toThrow(
      /1 encodings but 2 labels/,
    );
    expect(() => collateText([{ ids: [1] }, { ids: [1, 2] }], { padId: 0, labels: [[1], [1]] })).toThrow(
      "encoding 1 must have a label for each of its tokens",
    );
  });
});

describe("collateSequences", () => {
  it("has the decoder read its answers one position later, behind the start token", () => {
    const options = { padId: 0, startId: 9 };
    expect(
      collateSequences([{ ids: [5, 6] }, { ids: [7] }], [{ ids: [1] }, { ids: [2, 3, 4] }], options),
    ).toEqual({
      input_ids: tensor("int64", [2, 2], [5, 6, 7, 0]),
      attention_mask: tensor("int64", [2, 2], [1, 1, 1, 0]),
      decoder_input_ids: tensor("int64", [2, 3], [9, 0, 0, 9, 2, 3]),
      labels: tensor("int64", [2, 3], [1, -100, -100, 2, 3, 4]),
    });
  });

  it("refuses targets that are not one for each", () => {
    expect(() => collateSequences([{ ids: [1] }], [], { padId: 0, startId: 1 })).toThrow(ShapeError);
  });
});
