import { ConfigError, type Ops, type ParameterSpec, ShapeError } from "@incipit/core";
import { seededRandom, takeRows, tensor, zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { table, tinyBackbone } from "../test/tiny-backbone.js";
import { fromText } from "./init/text.js";
import { fromVocabulary } from "./init/vocabulary.js";
import { PROMPT_EMBEDDINGS, softPrompt, type SoftPromptOptions } from "./soft-prompt.js";

function specOf(options: SoftPromptOptions): ParameterSpec {
  const [spec, ...others] = softPrompt(options).parameters(tinyBackbone);
  expect(others).toEqual([]);
  return spec!;
}

/** A soft prompt computes nothing. */
const noOps = {} as Ops<string>;

describe("softPrompt", () => {
  it("has one parameter: a row per virtual token, in the prompt's group", () => {
    expect(specOf({ virtualTokens: 3 })).toMatchObject({
      name: "prompt.embeddings",
      shape: [3, 2],
      group: "prompt",
    });
  });

  it("measures its learning rate in the table's root mean square", () => {
    expect(specOf({}).learningRateScale).toBe(tinyBackbone.embeddings.rms);
  });

  it("has 20 virtual tokens sampled from the vocabulary unless told otherwise", () => {
    const spec = specOf({});
    expect(spec.shape).toEqual([20, 2]);
    expect(spec.initialize(seededRandom(1))).toEqual(
      fromVocabulary()({ ...tinyBackbone, virtualTokens: 20, random: seededRandom(1) }),
    );
  });

  it("starts from what its initialiser gives", () => {
    const spec = specOf({ virtualTokens: 2, init: fromText("cb") });
    expect(spec.initialize(seededRandom(0))).toEqual(takeRows(table, [3, 2]));
  });

  it("gives the same bytes for the same seed", () => {
    const start = () => specOf({ virtualTokens: 4 }).initialize(seededRandom(7));
    expect(start()).toEqual(start());
  });

  it("builds its parameter as it is", () => {
    const prompt = softPrompt({ virtualTokens: 2 });
    expect(prompt.build(noOps, { parameters: { [PROMPT_EMBEDDINGS]: "p" }, embeddings: "e" })).toBe("p");
  });

  it("leaves its place to the backbone unless told otherwise", () => {
    expect(softPrompt().placement).toBeUndefined();
    expect(softPrompt({ placement: "after-first" }).placement).toBe("after-first");
  });

  it.each([0, -1, 2.5, NaN])("refuses %s virtual tokens", (virtualTokens) => {
    expect(() => softPrompt({ virtualTokens })).toThrow(ConfigError);
    expect(() => softPrompt({ virtualTokens })).toThrow(`got ${virtualTokens}`);
  });

  it("refuses a prompt that leaves no room for text", () => {
    const parameters = (virtualTokens: number) => () =>
      softPrompt({ virtualTokens }).parameters(tinyBackbone);
    expect(parameters(63)).not.toThrow();
    expect(parameters(64)).toThrow(ConfigError);
    expect(parameters(64)).toThrow(
      /64 virtual tokens leave no room for text in the 64 tokens that "tiny" takes/,
    );
  });

  it.each([zeros("float32", [3, 3]), zeros("float32", [2, 2]), tensor("float32", [6], [1, 2, 3, 4, 5, 6])])(
    "refuses an initialiser that gives $shape for [3, 2]",
    (start) => {
      const spec = specOf({ virtualTokens: 3, init: () => start });
      expect(() => spec.initialize(seededRandom(0))).toThrow(ShapeError);
      expect(() => spec.initialize(seededRandom(0))).toThrow(
        `float32[3,2], got float32[${start.shape.join()}]`,
      );
    },
  );

  it("says when its parameter is missing", () => {
    const prompt = softPrompt();
    expect(() => prompt.build(noOps, { parameters: {}, embeddings: "e" })).toThrow(ConfigError);
  });
});
