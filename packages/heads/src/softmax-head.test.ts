import { ConfigError } from "@incipit/core";
import { seededRandom, tensor, zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { softmaxHead } from "./softmax-head.js";

const features = { embedding: { kind: "pooled", width: 2 }, tokens: { kind: "tokens", width: 16 } } as const;

describe("softmaxHead", () => {
  it("gives W x + b", async () => {
    const { logits } = await evaluateHead(softmaxHead({ labels: 3 }), {
      features: { embedding: tensor("float32", [2, 2], [1, 2, -1, 0.5]) },
      parameters: {
        "head.weight": tensor("float32", [3, 2], [1, 0, 0, 1, 2, -1]),
        "head.bias": tensor("float32", [3], [0.5, 0, -1]),
      },
    });
    expectNear(logits, [2, 3], [1.5, 2, -1, -0.5, 0.5, -3.5]);
  });

  it("reads tokens by the pooling asked for", async () => {
    const { logits } = await evaluateHead(softmaxHead({ labels: 2, pooling: "after-prompt" }), {
      features: { tokens: tensor("float32", [1, 3, 1], [5, 7, 9]) },
      virtualTokens: 1,
      parameters: {
        "head.weight": tensor("float32", [2, 1], [1, -1]),
        "head.bias": zeros("float32", [2]),
      },
    });
    expectNear(logits, [1, 2], [7, -7]);
  });

  it("has a weight as wide as the feature it reads, and a bias", () => {
    const specs = (feature?: string) =>
      softmaxHead({ labels: 3, ...(feature === undefined ? {} : { feature }) })
        .parameters({ features })
        .map(({ name, shape, group }) => [name, shape, group]);
    expect(specs()).toEqual([
      ["head.weight", [3, 2], "head"],
      ["head.bias", [3], "head"],
    ]);
    expect(specs("tokens")[0]).toEqual(["head.weight", [3, 16], "head"]);
  });

  it("starts as a linear layer of PyTorch does, but without bias; the same seed gives the same bytes", () => {
    const start = () =>
      softmaxHead({ labels: 50, feature: "tokens" })
        .parameters({ features })
        .map((spec) => spec.initialize(seededRandom(2)));
    const [weight, bias] = start();
    const largest = Math.max(...weight!.data.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(1 / 4);
    expect(largest).toBeGreaterThan(0.24);
    expect(bias).toEqual(zeros("float32", [50]));
    expect(start()).toEqual([weight, bias]);
  });

  it.each([1, 0, 2.5, NaN])("refuses %s labels", (labels) => {
    expect(() => softmaxHead({ labels })).toThrow(ConfigError);
    expect(() => softmaxHead({ labels })).toThrow(`at least two labels, got ${labels}`);
  });

  it("says when the backbone has no such feature, or a parameter is missing", async () => {
    const head = softmaxHead({ labels: 2, feature: "states" });
    expect(() => head.parameters({ features })).toThrow(ConfigError);
    const building = evaluateHead(softmaxHead({ labels: 2 }), {
      features: { embedding: zeros("float32", [1, 2]) },
      parameters: { "head.weight": zeros("float32", [2, 2]) },
    });
    await expect(building).rejects.toThrow('There is no "head.bias" here');
  });
});
