import { ConfigError, type HostTensor, type ModuleConfig } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { restoreHead } from "./restore.js";
import { verbalizerHead } from "./verbalizer.js";

const MASK = 9;
/** Logit = 10 · position + word, so that each entry tells where it comes from. */
const vocabulary = (positions: number, words: number): HostTensor =>
  tensor(
    "float32",
    [1, positions, words],
    Array.from({ length: positions * words }, (_, i) => 10 * Math.floor(i / words) + (i % words)),
  );
const row = (...values: number[]) => tensor("int64", [1, values.length], values);

describe("verbalizerHead", () => {
  it("reads the label words at the mask, a label of several words as their mean", async () => {
    const head = verbalizerHead({ words: [[1], [2, 4]], answer: { mask: MASK } });
    const { logits } = await evaluateHead(head, {
      features: { logits: vocabulary(5, 6) },
      ids: row(3, 3, 7, MASK, 8),
      mask: row(1, 1, 1, 1, 1),
      textMask: row(0, 0, 1, 1, 1),
      virtualTokens: 2,
    });
    expectNear(logits, [1, 2], [31, 33]);
  });

  it.each([
    ["right padding", row(1, 1, 1, 1, 0), row(0, 0, 1, 1, 0), [31, 32]],
    ["left padding behind the prompt", row(1, 1, 0, 1, 1), row(0, 0, 0, 1, 1), [41, 42]],
    ["a prompt behind the first token", row(1, 1, 1, 1, 0), row(1, 0, 0, 1, 0), [31, 32]],
  ] as const)(
    "reads them at the last token of the text, with %s",
    async (_name, mask, textMask, expected) => {
      const head = verbalizerHead({ words: [[1], [2]], answer: "last" });
      const { logits } = await evaluateHead(head, {
        features: { logits: vocabulary(5, 6) },
        mask,
        textMask,
        virtualTokens: 2,
      });
      expectNear(logits, [1, 2], [...expected]);
    },
  );

  it("is made again from its config", () => {
    const head = verbalizerHead({ words: [[1], [2, 4]], answer: { mask: MASK }, feature: "scores" });
    const reread = JSON.parse(JSON.stringify(head.config)) as ModuleConfig;
    expect(restoreHead(reread).config).toEqual(head.config);
  });

  it("refuses a label without a word, and a mask where there are no ids", async () => {
    expect(() => verbalizerHead({ words: [[1], []], answer: "last" })).toThrow(ConfigError);
    const building = evaluateHead(verbalizerHead({ words: [[1], [2]], answer: { mask: MASK } }), {
      features: { logits: vocabulary(2, 3) },
    });
    await expect(building).rejects.toThrow(/this backbone gives none/);
  });
});
