import { ConfigError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { optionsOf } from "../../test/options-of.js";
import { makeParts, pooledOptions, textLength } from "./parts.js";

const labels = ["bad", "good"];
const embed = (texts: readonly { readonly text: string }[]) =>
  Promise.resolve(
    tensor(
      "float32",
      [texts.length, 1],
      texts.map(({ text }) => text.length),
    ),
  );
const partsOf = (options: Parameters<typeof optionsOf>[0]) => makeParts(optionsOf(options), labels, embed);

describe("what is trained", () => {
  it.each([
    ["prompt and head by default", {}, 20, ["prompt", "head"]],
    ["the prompt alone on label similarity", { head: "label-similarity" }, 20, ["prompt"]],
    ["no virtual tokens in late fusion", { head: "late-fusion" }, 0, ["prompt", "head"]],
    ["no virtual tokens with the head alone", { train: "head" }, 0, ["head"]],
    [
      "what is asked for",
      { head: "label-similarity", train: "both", virtualTokens: 3 },
      3,
      ["prompt", "head"],
    ],
  ] as const)("%s", async (_, options, virtualTokens, trainable) => {
    const parts = await partsOf(options);
    expect(parts.prompt?.virtualTokens ?? 0).toBe(virtualTokens);
    expect(parts.trainable).toEqual(trainable);
    expect(parts.head.config).toMatchObject({ type: optionsOf(options).head, labels: 2 });
  });

  it("the prompt remembers where it was told to stand", async () => {
    expect((await partsOf({ placement: "after-first" })).prompt?.placement).toBe("after-first");
    expect((await partsOf({})).prompt?.placement).toBeUndefined();
  });

  it("the head reads the feature that it is told to", async () => {
    expect(pooledOptions(optionsOf())).toEqual({});
    const { head } = await partsOf({ feature: "tokens", pooling: "first" });
    expect(head.config).toMatchObject({ feature: "tokens", pooling: "first" });
  });
});

describe("label descriptions", () => {
  it("stand for the labels, in the labels' order; the others stand for themselves", async () => {
    const { head } = await partsOf({ head: "label-similarity", describe: { good: "a happy customer" } });
    const [spec] = head.parameters({ features: { pooled: { kind: "pooled", width: 1 } } });
    expect(spec?.initialize(undefined as never).data).toEqual(Float32Array.of(3, 16));
  });

  it("are refused for labels that the data does not have", async () => {
    await expect(partsOf({ describe: { fine: "a fine day" } })).rejects.toThrow(
      '--describe: the data has no label "fine"; it has "bad", "good".',
    );
  });
});

describe("the length of texts", () => {
  const backbone = { name: "tiny", maxLength: 32 };

  it("is what the model leaves room for beside the virtual tokens", () => {
    expect(textLength(optionsOf({ virtualTokens: 12 }), backbone)).toBe(20);
    expect(textLength(optionsOf({ virtualTokens: 12, train: "head" }), backbone)).toBe(32);
    expect(textLength(optionsOf({ virtualTokens: 12, maxLength: 8 }), backbone)).toBe(8);
  });

  it("cannot be more than that, nor nothing", () => {
    expect(() => textLength(optionsOf({ virtualTokens: 12, maxLength: 21 }), backbone)).toThrow(ConfigError);
    expect(() => textLength(optionsOf({ virtualTokens: 32 }), backbone)).toThrow(/room for 0 of the text\./);
  });
});
