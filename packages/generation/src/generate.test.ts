import { ConfigError } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { alphabet, letters, toyStep } from "../test/toy-step.js";
import { generate, generateTexts, type GeneratedText } from "./generate.js";
import type { GenerateOptions } from "./options.js";
import type { Piece } from "./piece.js";

const sure = { step: toyStep(alphabet(9), { endIds: [26] }), tokenizer: letters };
const unsure = { step: toyStep(alphabet(2)), tokenizer: letters, maxNewTokens: 12 };

async function piecesOf(options: GenerateOptions): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of generate(options)) pieces.push(piece);
  return pieces;
}

const textsOf = (texts: readonly GeneratedText[]) => texts.map(({ text }) => text);

describe("generate", () => {
  it("goes on token by token until an end token, which is no text", async () => {
    expect(await piecesOf({ ...sure, texts: ["w"] })).toEqual([
      { index: 0, ids: [24], text: "x" },
      { index: 0, ids: [25], text: "y" },
      { index: 0, ids: [26], text: "", end: "end-token" },
    ]);
  });

  it("generates several texts at once, each to its own end", async () => {
    expect(await generateTexts({ ...sure, texts: ["w", "ab", "v"], maxNewTokens: 3 })).toEqual([
      { ids: [24, 25, 26], text: "xy", end: "end-token" },
      { ids: [3, 4, 5], text: "cde", end: "length" },
      { ids: [23, 24, 25], text: "wxy", end: "length" },
    ]);
  });

  it("reads no token of a text that has ended, nor the last of any", async () => {
    const step = toyStep(alphabet(9), { endIds: [26] });
    await generateTexts({ ...sure, step, texts: ["y", "v"], maxNewTokens: 4 });
    expect(step.reads).toBe(3); // "v" is followed by w, x, y and the end
  });

  it("ends before a stop string, also one of several tokens", async () => {
    const pieces = await piecesOf({ ...sure, texts: ["a"], stop: ["xy", "ef"] });
    expect(pieces.map(({ text }) => text)).toEqual(["b", "c", "d", "", ""]);
    expect(pieces.at(-1)?.end).toBe("stop-string");
    const [held] = await generateTexts({ ...sure, texts: ["a"], stop: ["efx"], maxNewTokens: 5 });
    expect(held).toMatchObject({ text: "bcdef", end: "length" });
  });

  it("ends where the model is full", async () => {
    const step = toyStep(alphabet(9), { maxLength: 5 });
    expect(textsOf(await generateTexts({ ...sure, step, texts: ["abc", "abcde"] }))).toEqual(["def", "f"]);
  });

  it("takes other end ids than the step's", async () => {
    expect(textsOf(await generateTexts({ ...sure, texts: ["a"], endIds: [4] }))).toEqual(["bc"]);
  });

  it("draws the same text for the same seed, whatever else is generated with it", async () => {
    const drawing = { ...unsure, temperature: 1 };
    const [alone] = await generateTexts({ ...drawing, texts: ["a"], random: seededRandom(1) });
    const several = await generateTexts({ ...drawing, texts: ["a", "abc", "a"], random: seededRandom(1) });
    expect(several[0]).toEqual(alone);
    expect(several[2]).not.toEqual(alone);
    expect(await generateTexts({ ...drawing, texts: ["a"], random: seededRandom(2) })).not.toEqual([alone]);
  });

  it("draws what is most probable where nothing else is left to draw", async () => {
    const greedy = await generateTexts({ ...unsure, texts: ["a"] });
    expect(await generateTexts({ ...unsure, texts: ["a"], temperature: 0, topP: 0.9 })).toEqual(greedy);
    const drawing = { ...unsure, texts: ["a"], temperature: 1.5 };
    expect(await generateTexts({ ...drawing, topK: 1 })).toEqual(greedy);
    expect(await generateTexts({ ...drawing, topP: 0.01 })).toEqual(greedy);
    expect(await generateTexts({ ...drawing, temperature: 0.01 })).toEqual(greedy);
    expect(await generateTexts(drawing)).not.toEqual(greedy);
  });

  it("draws where it is told among which tokens", async () => {
    const drawing = { ...unsure, texts: ["a"] };
    expect(await generateTexts({ ...drawing, topP: 1 })).toEqual(
      await generateTexts({ ...drawing, temperature: 1 }),
    );
  });

  it("avoids what was read before", async () => {
    const stuck = toyStep(() => [0, 5, 4, 3]);
    const options = { step: stuck, tokenizer: letters, texts: ["a"], maxNewTokens: 3 };
    expect(textsOf(await generateTexts(options))).toEqual(["aaa"]);
    expect(textsOf(await generateTexts({ ...options, repetitionPenalty: 2 }))).toEqual(["bca"]);
  });

  it("lets a processor of one's own change the logits", async () => {
    const noC = (logits: Float32Array) => logits.map((logit, id) => (id === 3 ? -Infinity : logit));
    const [text] = await generateTexts({ ...sure, texts: ["b"], processors: [noC], maxNewTokens: 1 });
    expect(text?.text).not.toBe("c");
  });

  it("stops reading when the loop is left", async () => {
    const step = toyStep(alphabet(9));
    for await (const { ids } of generate({ ...sure, step, texts: ["a"] })) if (ids[0] === 4) break;
    expect(step.reads).toBe(2);
  });

  it("generates nothing for no texts", async () => {
    expect(await generateTexts({ ...sure, texts: [] })).toEqual([]);
  });

  it("gives the texts of a beam search whole", async () => {
    expect(await piecesOf({ ...sure, texts: ["w", "b"], beams: 3, maxNewTokens: 3 })).toEqual([
      { index: 0, ids: [24, 25, 26], text: "xy", end: "end-token" },
      { index: 1, ids: [3, 4, 5], text: "cde", end: "length" },
    ]);
    const [stopped] = await generateTexts({ ...sure, texts: ["b"], beams: 2, stop: ["ef"] });
    expect(stopped).toEqual({ ids: [3, 4, 5, 6], text: "cd", end: "stop-string" });
  });

  it.each([
    [{ maxNewTokens: 0 }, /maxNewTokens should be a whole number of 1 or more, it is 0/],
    [{ temperature: -1 }, /temperature/],
    [{ temperature: 1, topP: 1.5 }, /topP should be above 0 and at most 1, it is 1.5/],
    [{ beams: 2, topK: 2 }, /draws no tokens/],
    [{ temperature: 1, topK: 0.5 }, /topK/],
    [{ beams: 2, temperature: 1 }, /draws no tokens/],
    [{ lengthPenalty: NaN }, /lengthPenalty/],
    [{ repetitionPenalty: 0 }, /repetitionPenalty/],
    [{ stop: ["x", ""] }, /stop string/],
  ])("refuses %o", async (options, message) => {
    const generated = generateTexts({ ...sure, texts: ["a"], ...options });
    await expect(generated).rejects.toThrow(ConfigError);
    await expect(generated).rejects.toThrow(message);
  });
});
