import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { tokenBackbone } from "../test/token-backbone.js";
import type { Adapter } from "./adapter.js";
import { restoreAnswerer } from "./answerer.js";

describe("restoreAnswerer", () => {
  const adapter: Adapter = { parameters: {}, head: { type: "span" } };
  /** An answer begins at an "x" and ends at a "y". */
  const answering = tokenBackbone((ids, shape) => {
    const at = (letter: string) =>
      tensor(
        "float32",
        shape,
        ids.map((id) => Number(id === letter.charCodeAt(0))),
      );
    return { start_logits: at("x"), end_logits: at("y") };
  });

  it("cuts answers out of contexts, whichever window they are in", async () => {
    const answerer = await restoreAnswerer(adapter, answering, { stride: 2 });
    const found = await answerer.answer([
      { question: "xy", context: "a x y b" },
      { question: "q", context: "abcdefghijk x-y" },
      { question: "q", context: " " },
    ]);
    expect(found).toEqual([
      { text: "x y", start: 2, end: 5, score: 2 },
      { text: "x-y", start: 12, end: 15, score: 2 },
      undefined,
    ]);
    expect(await answerer.answer([])).toEqual([]);
  });

  it("gives answers no longer than they may be", async () => {
    const answerer = await restoreAnswerer(adapter, answering, { maxAnswerTokens: 2 });
    const [answer] = await answerer.answer([{ question: "q", context: "xaay" }]);
    expect(answer).toMatchObject({ text: "x", score: 1 });
  });
});
