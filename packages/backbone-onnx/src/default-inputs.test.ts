import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { withDefaults } from "./default-inputs.js";

const attention_mask = tensor("int64", [2, 4], [1, 1, 1, 0, 0, 0, 1, 1]);

it("counts positions over the tokens that are not masked", () => {
  expect(withDefaults({ attention_mask })["position_ids"]).toEqual(
    tensor("int64", [2, 4], [0, 1, 2, 2, 0, 0, 0, 1]),
  );
});

it("has one segment, and an unmasked decoder", () => {
  const decoder_input_ids = tensor("int64", [2, 1], [7, 8]);
  expect(withDefaults({ attention_mask, decoder_input_ids })).toMatchObject({
    token_type_ids: tensor("int64", [2, 4], [0, 0, 0, 0, 0, 0, 0, 0]),
    decoder_attention_mask: tensor("int64", [2, 1], [1, 1]),
  });
});

it("makes floats float32", () => {
  const pixels = tensor("float16", [1, 2], [0.5, -2]);
  expect(withDefaults({ pixels })).toEqual({ pixels: tensor("float32", [1, 2], [0.5, -2]) });
});

it("keeps what the batch brings", () => {
  const position_ids = tensor("int64", [2, 4], [5, 6, 7, 8, 5, 6, 7, 8]);
  expect(withDefaults({ attention_mask, position_ids })["position_ids"]).toBe(position_ids);
});
