import { ConfigError, type Head, type Placement } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { chooseFeature, pool, pooledFeature, type Pooling } from "./pooling.js";

/** Two virtual tokens and three of text; the second text has two and one of padding, which is far from all others. */
const PADDING = 1e6;
const states = tensor(
  "float32",
  [2, 5, 2],
  [
    ...[0, 1, 2, 3, 4].flatMap((position) => [position, 10 * position]),
    ...[0, 1, 2, 3, PADDING].flatMap((position) => [position, 10 * position]),
  ],
);
const mask = tensor("int64", [2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
const textMasks = {
  front: tensor("int64", [2, 5], [0, 0, 1, 1, 1, 0, 0, 1, 1, 0]),
  "after-first": tensor("int64", [2, 5], [1, 0, 0, 1, 1, 1, 0, 0, 1, 0]),
};

function pooledBy(pooling: Pooling, placement: Placement) {
  const head: Pick<Head, "build"> = {
    build: (ops, context) => ({ pooled: pool(ops, context, context.features["tokens"]!, pooling) }),
  };
  const inputs = { features: { tokens: states }, mask, textMask: textMasks[placement] };
  return evaluateHead(head, { ...inputs, virtualTokens: 2, placement });
}

describe("pool", () => {
  it.each([
    ["mean", "front", [3, 2.5]],
    ["mean", "after-first", [7 / 3, 1.5]],
    ["mean-all", "front", [2, 1.5]],
    ["mean-all", "after-first", [2, 1.5]],
    ["first", "front", [0, 0]],
    ["first", "after-first", [0, 0]],
    ["after-prompt", "front", [2, 2]],
    ["after-prompt", "after-first", [3, 3]],
  ] as const)("%s, prompt %s: positions %o", async (pooling, placement, [first, second]) => {
    const { pooled } = await pooledBy(pooling, placement);
    expectNear(pooled, [2, 2], [first, 10 * first, second, 10 * second]);
  });
});

describe("chooseFeature", () => {
  const tokens = { kind: "tokens", width: 3 } as const;
  const pooled = { kind: "pooled", width: 4 } as const;

  it("takes the first pooled feature, or else the first of tokens", () => {
    expect(chooseFeature({ tokens, pooled, embedding: pooled })).toEqual({ name: "pooled", ...pooled });
    expect(chooseFeature({ tokens, late: tokens })).toEqual({ name: "tokens", ...tokens });
  });

  it("takes the one that is wanted", () => {
    expect(chooseFeature({ tokens, pooled }, "tokens")).toEqual({ name: "tokens", ...tokens });
  });

  it("lists what there is when it finds none", () => {
    expect(() => chooseFeature({ tokens, pooled }, "logits")).toThrow(ConfigError);
    expect(() => chooseFeature({ tokens, pooled }, "logits")).toThrow(
      'no feature "logits" to pool; it has tokens, pooled',
    );
    expect(() => chooseFeature({})).toThrow('no feature "pooled or tokens" to pool; it has none');
  });
});

describe("pooledFeature", () => {
  const embedding = tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
  const reading = (options: Parameters<typeof pooledFeature>[2]): Pick<Head, "build"> => ({
    build: (ops, context) => ({ x: pooledFeature(ops, context, options) }),
  });
  const inputs = {
    features: { tokens: states, embedding },
    mask,
    textMask: textMasks.front,
    virtualTokens: 2,
  };

  it("leaves a pooled feature as it is", async () => {
    expect(await evaluateHead(reading({ pooling: "first" }), inputs)).toEqual({ x: embedding });
  });

  it("pools tokens, by the mean over the text unless told otherwise", async () => {
    const mean = await evaluateHead(reading({ feature: "tokens" }), inputs);
    expectNear(mean["x"], [2, 2], [3, 30, 2.5, 25]);
    const first = await evaluateHead(reading({ feature: "tokens", pooling: "first" }), inputs);
    expectNear(first["x"], [2, 2], [0, 0, 0, 0]);
  });

  it("says when the feature is not there", async () => {
    await expect(evaluateHead(reading({ feature: "logits" }), inputs)).rejects.toThrow(ConfigError);
    const promised: Pick<Head, "build"> = {
      build: (ops, context) => ({ x: pooledFeature(ops, { ...context, features: {} }, {}) }),
    };
    await expect(evaluateHead(promised, inputs)).rejects.toThrow('There is no "embedding" here');
  });
});
