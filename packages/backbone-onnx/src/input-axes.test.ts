import { GraphBuilder } from "@incipit/onnx";
import { expect, it } from "vitest";
import { withNamedAxes } from "./input-axes.js";
import type { PromptSite } from "./prompt-site.js";

function shapes(
  site: PromptSite,
  inputs: Readonly<Record<string, readonly (number | string)[]>>,
  sizes = {},
) {
  const g = new GraphBuilder();
  for (const [name, shape] of Object.entries(inputs)) g.input(name, "int64", shape);
  const named = withNamedAxes(g.build(), site, sizes);
  return Object.fromEntries(named.inputs.map((input) => [input.name, input.shape]));
}

const text = (ids: string): PromptSite => ({
  kind: "tokens",
  ids,
  embedding: "",
  dtype: "float32",
  vocabulary: 9,
});

it("calls the axes of per-token inputs alike, and those of a decoder's by another name", () => {
  expect(
    shapes(text("input_ids"), {
      input_ids: ["batch_size", "s0"],
      attention_mask: ["N", "s1"],
      decoder_input_ids: ["N", "t"],
    }),
  ).toEqual({
    input_ids: ["batch", "seq"],
    attention_mask: ["batch", "seq"],
    decoder_input_ids: ["batch", "decoder_seq"],
  });
});

it("knows a decoder's inputs as the text's, when its ids are", () => {
  expect(
    shapes(text("decoder_input_ids"), {
      attention_mask: ["N", "frames"],
      decoder_input_ids: ["N", "t"],
      decoder_attention_mask: ["N", "t"],
    }),
  ).toEqual({
    attention_mask: ["batch", "frames"],
    decoder_input_ids: ["batch", "seq"],
    decoder_attention_mask: ["batch", "seq"],
  });
});

it("gives open axes the sizes that are known", () => {
  const shape = ["batch", "num_channels", "height", "width"];
  expect(
    shapes(
      { kind: "sequence", embedding: "", dtype: "float32" },
      { pixel_values: shape },
      { num_channels: 3, height: 8 },
    ),
  ).toEqual({ pixel_values: ["batch", 3, 8, "width"] });
});
