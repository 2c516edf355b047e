import { describe, expect, it } from "vitest";
import { onnxOps } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { expectClose, randomTensors } from "@incipit/testing";
import { tensor } from "@incipit/tensor";
import { shaped, SIZES } from "../../test/shaped.js";
import { tinyDecoder, WIDTH, type TinyDecoderOptions } from "../../test/tiny-decoder.js";
import { inferShapes } from "../infer-shapes.js";
import type { ShapedGraph } from "../pass.js";
import { pushSelectionsUp } from "../selection/push-selections-up.js";
import { sharePrefix } from "./share-prefix.js";

const PREFIX = 2;
const random = randomTensors(5);

/** Inputs of the tiny decoder. */
function feeds(batch: number, seq: number) {
  const ids = Array.from({ length: batch * seq }, (_, i) => (7 * i + 3) % 20);
  return {
    prompt: random.normal([PREFIX, WIDTH]),
    input_ids: tensor("int64", [batch, seq], ids),
    image: random.normal([batch, 1, WIDTH]),
  };
}

/** The decoder as it is trained: what it gives out has moved up already. */
async function prepared(options: Partial<TinyDecoderOptions>) {
  const { graph, sequence } = tinyDecoder({ prefix: PREFIX, ...options });
  const { batch, seq } = SIZES;
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const given = Object.fromEntries(Object.entries(feeds(batch, seq)).filter(([name]) => inputs.has(name)));
  const before = pushSelectionsUp(
    inferShapes(await shaped(graph, given, { ...SIZES, length: PREFIX + seq, read: PREFIX + seq - 1 })),
  );
  const prefix = { sequence, texts: ["input_ids"] };
  return { graph, before, after: await sharePrefix(before, { prefix, evaluate, batch: given }) };
}

/** The rows that enter products with weights. */
function rowsOfProducts({ graph, shapes }: ShapedGraph): readonly string[] {
  return graph.nodes
    .filter(({ opType, inputs }) => opType === "MatMul" && graph.initializers.has(inputs[1] ?? ""))
    .map(
      ({ inputs }) =>
        shapes
          .get(inputs[0] ?? "")
          ?.shape.slice(0, -1)
          .join(" ") ?? "",
    );
}

describe("sharePrefix", () => {
  it("computes the prefix's rows once and only the texts' for each example", async () => {
    const { before, after } = await prepared({});
    // Queries, keys and values of both layers; what is behind the attention, of the second only where it is read.
    const [all, read] = ["batch length", "batch read"];
    expect(rowsOfProducts(before)).toEqual([all, all, all, all, read, read]);
    const [own, alone] = ["batch seq", `1 ${PREFIX}`];
    const once = [alone, alone, alone, alone];
    expect(rowsOfProducts(after).toSorted()).toEqual([...once, read, read, own, own, own, own]);
  });

  it.each([
    [2, 1],
    [1, 4],
    [5, 9],
  ])("gives the same for %i texts of %i tokens", async (batch, seq) => {
    const { graph, after } = await prepared({});
    const { prompt, input_ids } = feeds(batch, seq);
    const given = { prompt, input_ids };
    const [expected, actual] = [await evaluate(graph, given), await evaluate(after.graph, given)];
    expectClose(actual["states"], expected["states"]!, { relative: 1e-5, relativeTo: "largest" });
  });

  it.each<[string, Partial<TinyDecoderOptions>]>([
    ["an encoder", { sight: "everything" }],
    ["a model of which one row looks ahead", { sight: "first sees everything" }],
    [
      "a prompt that is made of the text",
      { prompt: (g, prompt, text) => onnxOps(g).add(prompt, onnxOps(g).mean(text, [1], true)) },
    ],
    [
      "a model that reads more of an example than its text",
      { prompt: (g, prompt) => g.op("Add", [prompt, g.input("image", "float32", ["batch", 1, WIDTH])]) },
    ],
  ])("leaves %s alone", async (_, options) => {
    const { before, after } = await prepared(options);
    expect(after).toBe(before);
  });
});
