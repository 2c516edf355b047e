import { evaluate } from "@incipit/runtime";
import { concatRows, tensor } from "@incipit/tensor";
import { expectClose, tinyEncoder } from "@incipit/testing";
import { expect, it } from "vitest";
import { fixedGraph, EMBEDDED } from "./fixed-graph.js";
import { gathersAsSlices } from "./gathers-as-slices.js";
import { insertRows } from "./insert-rows.js";
import { GraphBuilder } from "@incipit/onnx";

const batch = {
  input_ids: tensor("int64", [2, 3], [7, 8, 9, 4, 6, 0]),
  attention_mask: tensor("int64", [2, 3], [1, 1, 1, 1, 1, 0]),
};

it("makes room in front of each text", () => {
  const { input_ids, attention_mask } = insertRows(batch, 2);
  expect(Array.from(input_ids!.data, Number)).toEqual([5, 5, 7, 8, 9, 5, 5, 4, 6, 0]);
  expect(Array.from(attention_mask!.data, Number)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
});

it("computes what the model does of the embedded tokens, with nothing left but arithmetic", async () => {
  const model = tinyEncoder();
  const { graph, text } = await fixedGraph(model, batch, 2);
  expect(graph.inputs.map(({ name }) => name)).toEqual([EMBEDDED]);
  expect(graph.nodes.filter(({ opType }) => ["Shape", "Range", "Gather", "Cast"].includes(opType))).toEqual(
    [],
  );

  // Placeholders in the place of the prompt: what the model itself computes of them.
  const longer = insertRows(batch, 2);
  const { text: placeholders } = await fixedGraph(model, longer, 0);
  const fixed = await evaluate(graph, { [EMBEDDED]: placeholders });
  const whole = await evaluate(model, longer);
  expectClose(fixed["last_hidden_state"], whole["last_hidden_state"]!, { absolute: 1e-5 });
  expect(text.shape).toEqual([2, 3, 8]);
});

it("slices where a single row is gathered", async () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["n", 3]);
  const index = g.initializer(tensor("int64", [], [1]));
  g.output(g.op("Gather", [x, index], { axis: 1 }), "y");
  const sliced = gathersAsSlices(g.build());
  expect(sliced.nodes.map(({ opType }) => opType)).toEqual(["Slice", "Squeeze", "Identity"]);
  const rows = concatRows([tensor("float32", [1, 3], [1, 2, 3]), tensor("float32", [1, 3], [4, 5, 6])]);
  expect((await evaluate(sliced, { x: rows }))["y"]).toEqual(tensor("float32", [2], [2, 5]));
});
