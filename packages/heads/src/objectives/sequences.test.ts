import type { NamedTensors, Objective, PromptLayout } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../../test/evaluate-head.js";
import { expectNear } from "../../test/expect-near.js";
import { meanSquaredError } from "./mean-squared-error.js";
import { answerSpan } from "./span.js";
import { causalLanguageModel, sequenceToSequence, tokenClassification } from "./token-cross-entropy.js";

/** An objective's two scalars. */
function lossOf(objective: Objective, outputs: NamedTensors, targets: NamedTensors, layout: PromptLayout) {
  const features = { ...outputs, ...targets };
  const build = objective.build.bind(objective);
  return evaluateHead(
    { build: (ops, { features: all }) => build(ops, { outputs: all, targets: all, ...layout }) },
    { features },
  );
}

/** Logits that all but say which class each position is. */
const certain = (classes: readonly number[]) =>
  tensor(
    "float32",
    [1, classes.length, 4],
    classes.flatMap((own) => [0, 1, 2, 3].map((candidate) => (candidate === own ? 50 : 0))),
  );
const labels = (...values: number[]) => tensor("int64", [1, values.length], values);
const front = { virtualTokens: 2, placement: "front" } as const;
const behind = { virtualTokens: 2, placement: "after-first" } as const;
const none = { virtualTokens: 0, placement: "front" } as const;

describe("causalLanguageModel", () => {
  it("has the last virtual token predict the first token, and each token the next", async () => {
    const logits = certain([0, 3, 1, 2, 0]);
    const { total, count } = await lossOf(
      causalLanguageModel(),
      { logits },
      { labels: labels(3, 1, 2) },
      front,
    );
    expectNear(total, [], [0]);
    expectNear(count, [], [3]);
  });

  it("cannot predict the first token without a prompt", async () => {
    const logits = certain([1, 2, 0]);
    const { total, count } = await lossOf(
      causalLanguageModel(),
      { logits },
      { labels: labels(3, 1, 2) },
      none,
    );
    expectNear(total, [], [0]);
    expectNear(count, [], [2]);
  });
});

describe("tokenClassification", () => {
  it.each([
    ["front", front, [0, 0, 3, 1, 2]],
    ["after-first", behind, [3, 0, 0, 1, 2]],
  ] as const)(
    "compares the text's positions and not the virtual tokens', %s",
    async (_name, layout, classes) => {
      const logits = certain(classes);
      const { total, count } = await lossOf(
        tokenClassification(),
        { logits },
        { labels: labels(3, 1, 2) },
        layout,
      );
      expectNear(total, [], [0]);
      expectNear(count, [], [3]);
    },
  );

  it("leaves out what is labelled -100", async () => {
    const logits = certain([0, 0, 3, 1, 2]);
    const { total, count } = await lossOf(
      tokenClassification(),
      { logits },
      { labels: labels(0, -100, 2) },
      front,
    );
    expectNear(total, [], [50]);
    expectNear(count, [], [2]);
  });
});

describe("objectives over the text's positions alone", () => {
  it("compare outputs that have none for virtual tokens", async () => {
    const tags = await lossOf(
      tokenClassification({ positions: "text" }),
      { logits: certain([3, 1, 2]) },
      { labels: labels(3, -100, 2) },
      front,
    );
    expectNear(tags["total"], [], [0]);
    expectNear(tags["count"], [], [2]);
    const at = (position: number) =>
      tensor(
        "float32",
        [1, 3],
        [0, 1, 2].map((i) => (i === position ? 50 : 0)),
      );
    const span = await lossOf(
      answerSpan({ positions: "text" }),
      { start_logits: at(1), end_logits: at(2) },
      { start_positions: tensor("int64", [1], [1]), end_positions: tensor("int64", [1], [2]) },
      behind,
    );
    expectNear(span["total"], [], [0]);
  });
});

describe("sequenceToSequence", () => {
  it("compares the decoder's positions, which have no virtual tokens", async () => {
    const logits = certain([3, 1]);
    const { total, count } = await lossOf(
      sequenceToSequence(),
      { logits },
      { labels: labels(3, -100) },
      front,
    );
    expectNear(total, [], [0]);
    expectNear(count, [], [1]);
    expect(sequenceToSequence().targets[0]?.shape).toEqual(["batch", "decoder_seq"]);
  });
});

describe("answerSpan", () => {
  it.each([
    ["front", front, 3, 4],
    ["after-first", behind, 0, 4],
  ] as const)(
    "counts the answer's positions behind the virtual tokens, %s",
    async (placement, layout, first, last) => {
      const at = (position: number) =>
        tensor(
          "float32",
          [1, 5],
          [0, 1, 2, 3, 4].map((i) => (i === position ? 50 : 0)),
        );
      const target = (value: number) => tensor("int64", [1], [value]);
      const { total, count } = await lossOf(
        answerSpan(),
        { start_logits: at(first), end_logits: at(last) },
        { start_positions: target(placement === "front" ? 1 : 0), end_positions: target(2) },
        layout,
      );
      expectNear(total, [], [0]);
      expectNear(count, [], [2]);
    },
  );
});

describe("meanSquaredError", () => {
  it("adds up squared errors and counts entries", async () => {
    const embedding = tensor("float32", [2, 2], [1, 2, 3, 4]);
    const target = tensor("float32", [2, 2], [1, 0, 0, 4]);
    const { total, count } = await lossOf(meanSquaredError("embedding", 2), { embedding }, { target }, none);
    expectNear(total, [], [13]);
    expectNear(count, [], [4]);
  });
});
