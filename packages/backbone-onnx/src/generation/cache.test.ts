import { GraphError } from "@incipit/core";
import { GraphBuilder, type Graph } from "@incipit/onnx";
import { tensor, zeros } from "@incipit/tensor";
import { expect, it } from "vitest";
import { cacheLayout } from "./cache.js";

function graph(inputs: readonly string[], outputs: readonly string[]): Graph {
  const g = new GraphBuilder();
  for (const name of inputs) g.input(name, "float32", ["batch", 2, "past", 3]);
  for (const name of outputs) g.output(name, name, "float32", ["batch", 2, "past", 3]);
  return g.build();
}

const own = "past_key_values.0.decoder.key";
const cross = "past_key_values.0.encoder.key";
const value = (x: number) => tensor("float32", [1], [x]);

it("goes from outputs to inputs of the same place; what an encoder told stays", () => {
  const outputs = ["present.0.decoder.key", "present.0.encoder.key"];
  const layout = cacheLayout(graph([own, cross], []), graph([], outputs))!;
  expect(layout.empty(4)[own]).toEqual(zeros("float32", [4, 2, 0, 3]));
  const first = layout.after({ [outputs[0]!]: value(1), [outputs[1]!]: value(2) });
  expect(first).toEqual({ [own]: value(1), [cross]: value(2) });
  const second = layout.after({ [outputs[0]!]: value(3), [outputs[1]!]: value(9) }, first);
  expect(second).toEqual({ [own]: value(3), [cross]: value(2) });
});

it("is nothing where no cache is taken, and refuses one that nothing fills", () => {
  expect(cacheLayout(graph([], []), graph([], []))).toBeUndefined();
  expect(() => cacheLayout(graph([own], []), graph([], ["present.1.decoder.key"]))).toThrow(GraphError);
});
