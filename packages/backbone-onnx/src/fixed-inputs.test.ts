import { GraphBuilder, onnxOps } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { evaluateReference } from "@incipit/testing";
import { expect, it } from "vitest";
import { fixCacheInputs, fixCacheSwitch, isMerged } from "./fixed-inputs.js";

/** How much is in the cache, and the other inputs that only generation feeds. */
function decoder() {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  g.input("input_ids", "int64", ["batch", "seq"]);
  const past = g.input("past_key_values.0.key", "float32", ["batch", 2, "past", 3]);
  g.output(g.op("Shape", [past]), "past");
  g.output(ops.cast(g.input("use_cache_branch", "bool", [1]), "int64"), "cached");
  g.output(g.input("num_logits_to_keep", "int64", []), "kept");
  return g.build();
}

it("provides an empty cache, turns its use off and asks for all logits", async () => {
  const graph = fixCacheInputs(decoder(), "input_ids");
  expect(graph.inputs.map((input) => input.name)).toEqual(["input_ids"]);
  expect(await evaluateReference(graph, { input_ids: tensor("int64", [4, 1], [1, 2, 3, 4]) })).toEqual({
    past: tensor("int64", [4], [4, 2, 0, 3]),
    cached: tensor("int64", [1], [0]),
    kept: tensor("int64", [], [0]),
  });
});

it("chooses one of two merged decoders", () => {
  const graph = fixCacheSwitch(decoder(), true);
  expect([isMerged(decoder()), isMerged(graph)]).toEqual([true, false]);
  const [chosen] = [...graph.initializers.values()].filter((weight) => weight.dtype === "bool");
  expect(chosen?.data).toEqual(Uint8Array.of(1));
  expect(fixCacheSwitch(graph, false)).toBe(graph);
});
