import { ConfigError } from "@incipit/core";
import { seededRandom, tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { modelSpans, spanHead } from "./span-head.js";
import { modelTokens, tokenHead } from "./token-head.js";

const parameters = {
  "head.weight": tensor("float32", [2, 2], [1, 0, 0, 10]),
  "head.bias": tensor("float32", [2], [0.5, 0]),
};
/** Two texts of two tokens and of one, with two virtual tokens among them. */
const front = {
  features: {
    tokens: tensor("float32", [2, 4, 2], [99, 99, 99, 99, 1, 2, 3, 4, 99, 99, 99, 99, 5, 6, 7, 8]),
  },
  textMask: tensor("int64", [2, 4], [0, 0, 1, 1, 0, 0, 1, 0]),
  virtualTokens: 2,
  parameters,
};
const behind = {
  ...front,
  features: {
    tokens: tensor("float32", [2, 4, 2], [1, 2, 99, 99, 99, 99, 3, 4, 5, 6, 99, 99, 99, 99, 7, 8]),
  },
  textMask: tensor("int64", [2, 4], [1, 0, 0, 1, 1, 0, 0, 0]),
  placement: "after-first" as const,
};

describe.each([
  ["in front", front],
  ["behind the first token", behind],
])("heads over tokens, virtual tokens %s", (_, inputs) => {
  it("tokenHead has the logits of every token, and of no virtual one", async () => {
    const { logits } = await evaluateHead(tokenHead({ labels: 2 }), inputs);
    expectNear(logits, [2, 2, 2], [1.5, 20, 3.5, 40, 5.5, 60, 7.5, 80]);
  });

  it("modelTokens has the model's own logits of every token, and of no virtual one", async () => {
    const { logits } = await evaluateHead(modelTokens("tokens"), inputs);
    expectNear(logits, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("spanHead has two logits for every token, and next to no probability on padding", async () => {
    const { start_logits, end_logits } = await evaluateHead(spanHead(), inputs);
    expectNear(start_logits, [2, 2], [1.5, 3.5, 5.5, -1e9]);
    expectNear(end_logits, [2, 2], [20, 40, 60, -1e9]);
  });
});

it("modelSpans has the model's own logits of the text, and next to no probability on padding", async () => {
  const inputs = {
    features: {
      start_logits: tensor("float32", [1, 4], [9, 1, 2, 3]),
      end_logits: tensor("float32", [1, 4], [9, 4, 5, 6]),
    },
    textMask: tensor("int64", [1, 4], [0, 1, 1, 0]),
    virtualTokens: 1,
  };
  const { start_logits, end_logits } = await evaluateHead(modelSpans(), inputs);
  expectNear(start_logits, [1, 3], [1, 2, -1e9]);
  expectNear(end_logits, [1, 3], [4, 5, -1e9]);
});

describe("parameters of heads over tokens", () => {
  const features = {
    pooled: { kind: "pooled", width: 5 },
    states: { kind: "tokens", width: 3 },
    more: { kind: "tokens", width: 4 },
  } as const;

  it("are as wide as the first feature of tokens, or the one that is named", () => {
    const shapes = (feature?: string) =>
      tokenHead({ labels: 7, ...(feature !== undefined && { feature }) })
        .parameters({ features })
        .map(({ name, shape }) => [name, shape]);
    expect(shapes()).toEqual([
      ["head.weight", [7, 3]],
      ["head.bias", [7]],
    ]);
    expect(shapes("more")[0]).toEqual(["head.weight", [7, 4]]);
    expect(spanHead().parameters({ features })[0]?.initialize(seededRandom(0)).shape).toEqual([2, 3]);
  });

  it("cannot be made of features that are not of tokens", () => {
    expect(() => tokenHead({ labels: 2, feature: "pooled" }).parameters({ features })).toThrow(
      'no feature "pooled" of tokens; it has states, more',
    );
    expect(() => spanHead().parameters({ features: { pooled: features.pooled } })).toThrow(ConfigError);
  });

  it("are of two labels or more", () => {
    expect(() => tokenHead({ labels: 1 })).toThrow(ConfigError);
  });
});
