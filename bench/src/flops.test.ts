import { gradient, probeShapes, valuesToProbe } from "@incipit/autodiff";
import { removeDeadNodes } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { randomTensors } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { countProducts } from "../test/count-products.js";
import { neededClassifier } from "../test/needed-classifier.js";
import { computedFlops, neededFlops } from "./flops.js";
import type { ModelSizes } from "./model-sizes.js";
import type { TaskName } from "./tasks.js";

const sizes: ModelSizes = {
  hidden: 8,
  inner: 8,
  feedForward: 24,
  layers: 3,
  decoderLayers: 0,
  vocabulary: 50,
  labels: 2,
};
const [PROMPT, LENGTH] = [3, 5];
const wrt = ["prompt", "classifier"];

/** What a graph of a classifier multiplies, without and with its gradient. */
async function counted(layers: number, everything: boolean) {
  const graph = neededClassifier({ ...sizes, layers }, { prompt: PROMPT, everything });
  const random = randomTensors(2);
  const feeds = (length: number) => ({
    prompt: random.normal([PROMPT, sizes.hidden]),
    text: random.normal([1, length, sizes.hidden]),
    classifier: random.normal([sizes.hidden, sizes.labels]),
  });
  const values = valuesToProbe(graph, "loss", wrt);
  const shapes = await probeShapes(graph, { evaluate, probes: [feeds(LENGTH), feeds(LENGTH + 2)], values });
  const training = removeDeadNodes(gradient(graph, { loss: "loss", wrt, shapes }));
  const forward = await countProducts(graph, feeds(LENGTH));
  return { forward, backward: (await countProducts(training, feeds(LENGTH))) - forward };
}

describe("the formula is what a graph's products are, one by one:", () => {
  it.each([2, 3])("everything, padding included, %i layers", async (layers) => {
    const shape = { rows: 1, positions: PROMPT + LENGTH };
    expect(computedFlops("seqcls", { ...sizes, layers }, [shape])).toEqual(await counted(layers, true));
  });

  it.each([1, 2, 3])("nothing but what is needed, %i layers", async (layers) => {
    const needed = neededFlops("seqcls", { ...sizes, layers }, { virtualTokens: PROMPT, lengths: [LENGTH] });
    expect(needed).toEqual(await counted(layers, false));
  });
});

describe("what is needed", () => {
  const minilm = { ...sizes, hidden: 384, inner: 384, feedForward: 1536, layers: 6, vocabulary: 30522 };

  const of = (task: TaskName, ...lengths: number[]) =>
    neededFlops(task, minilm, { virtualTokens: 20, lengths });

  it("adds up over texts, each of its own length", () => {
    const [a, b, both] = [of("seqcls", 10), of("seqcls", 30), of("seqcls", 10, 30)];
    expect(both.forward).toBeCloseTo(a.forward + b.forward);
    expect(both.backward).toBeCloseTo(a.backward + b.backward);
  });

  it("has the prompt of a causal model once", () => {
    const [a, b, both] = [of("causal-lm", 10), of("causal-lm", 30), of("causal-lm", 10, 30)];
    const prompt = of("causal-lm");
    expect(both.forward).toBeCloseTo(a.forward + b.forward - prompt.forward);
    expect(both.backward).toBeCloseTo(a.backward + b.backward - prompt.backward);
    expect(prompt.forward).toBeGreaterThan(0);
  });

  it.each(["seqcls", "mlm-verbalizer", "causal-verbalizer", "causal-lm", "seq2seq"] as const)(
    "is less than what is computed without padding: %s",
    (task) => {
      const all = { ...minilm, decoderLayers: task === "seq2seq" ? 6 : 0 };
      const needed = neededFlops(task, all, { virtualTokens: 20, lengths: [36] });
      const computed = computedFlops(task, all, [{ rows: 1, positions: 56 }]);
      expect(needed.forward + needed.backward).toBeLessThan(computed.forward + computed.backward);
      expect(needed.forward).toBeGreaterThan(0.5 * computed.forward - 2 * 384 * 30522);
    },
  );
});

it("counts the peer's own example: MiniLM, 32 texts padded to 115 tokens behind 20 virtual ones", () => {
  const minilm = { ...sizes, hidden: 384, inner: 384, feedForward: 1536, layers: 6, vocabulary: 30522 };
  const { forward, backward } = computedFlops("seqcls", minilm, [{ rows: 32, positions: 20 + 115 }]);
  expect(forward / 1e9).toBeCloseTo(97.1, 1);
  expect(backward / 1e9).toBeCloseTo(102.4, 0);
});
