import { ConfigError, type HostTensor } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../../test/evaluate-head.js";
import { expectNear } from "../../test/expect-near.js";
import { crossEntropy } from "./cross-entropy.js";

const noPrompt = { virtualTokens: 0, placement: "front" } as const;
const logits = tensor("float32", [3, 2], [0, 0, 1, 3, -2, 2]);

/** The objective's two scalars, with the targets brought in as features. */
const lossOf = (labels: HostTensor) =>
  evaluateHead(
    {
      build: (ops, { features }) =>
        crossEntropy().build(ops, { outputs: features, targets: features, ...noPrompt }),
    },
    { features: { logits, labels } },
  );

describe("crossEntropy", () => {
  it("adds up -log softmax of the labels' logits, and counts the examples", async () => {
    const { total, count } = await lossOf(tensor("int64", [3], [0, 1, 0]));
    expectNear(total, [], [Math.log(2) + Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(4))]);
    expectNear(count, [], [3]);
  });

  it("leaves examples labelled -100 out of both", async () => {
    const { total, count } = await lossOf(tensor("int64", [3], [-100, 1, -100]));
    expectNear(total, [], [Math.log(1 + Math.exp(-2))]);
    expectNear(count, [], [1]);
  });

  it("asks for one integer label per example", () => {
    expect(crossEntropy().targets).toEqual([{ name: "labels", dtype: "int64", shape: ["batch"] }]);
  });

  it("says whether the logits or the labels are missing", async () => {
    const building = (outputs: Readonly<Record<string, never>>, targets: Readonly<Record<string, never>>) =>
      evaluateHead(
        { build: (ops) => crossEntropy().build(ops, { outputs, targets, ...noPrompt }) },
        { features: {} },
      );
    await expect(building({}, {})).rejects.toThrow(ConfigError);
    await expect(building({}, {})).rejects.toThrow('no "logits" here');
    await expect(building({ logits: {} as never }, {})).rejects.toThrow('no "labels" here');
  });
});
