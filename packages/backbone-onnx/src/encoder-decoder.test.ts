import { GraphError } from "@incipit/core";
import { GraphBuilder, onnxOps, type Graph } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { evaluateReference } from "@incipit/testing";
import { expect, it } from "vitest";
import { joinEncoderDecoder } from "./encoder-decoder.js";

/** states = ids as floats · weight, masked */
function encoder(): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const ids = g.input("input_ids", "int64", ["batch", "seq"]);
  const mask = g.input("attention_mask", "int64", ["batch", "seq"]);
  const weight = g.initializer(tensor("float32", [], [10]), "weight");
  g.output(
    ops.mul(ops.mul(ops.cast(ids, "float32"), weight), ops.cast(mask, "float32")),
    "states",
    "float32",
  );
  return g.build();
}

/** logits = sum of the states where the mask is, plus the decoder's ids · its own weight of the same name */
function decoder(): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const mask = g.input("encoder_attention_mask", "int64", ["batch", "seq"]);
  const ids = g.input("input_ids", "int64", ["batch", "decoder_seq"]);
  const states = g.input("encoder_hidden_states", "float32", ["batch", "seq"]);
  const weight = g.initializer(tensor("float32", [], [1]), "weight");
  const read = ops.sum(ops.mul(states, ops.cast(mask, "float32")), [1], true);
  g.output(ops.add(read, ops.mul(ops.cast(ids, "float32"), weight)), "logits", "float32");
  return g.build();
}

it("feeds the encoder's states and mask to the decoder, and keeps weights of the same name apart", async () => {
  const joined = joinEncoderDecoder(encoder(), decoder());
  expect(joined.inputs.map((input) => input.name)).toEqual([
    "input_ids",
    "attention_mask",
    "decoder_input_ids",
  ]);
  const feeds = {
    input_ids: tensor("int64", [1, 3], [1, 2, 3]),
    attention_mask: tensor("int64", [1, 3], [1, 1, 0]),
    decoder_input_ids: tensor("int64", [1, 2], [5, 6]),
  };
  expect(await evaluateReference(joined, feeds)).toEqual({ logits: tensor("float32", [1, 2], [35, 36]) });
});

it("refuses a decoder that takes no encoder states", () => {
  expect(() => joinEncoderDecoder(encoder(), encoder())).toThrow(GraphError);
});
