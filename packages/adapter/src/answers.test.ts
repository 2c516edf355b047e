import type { NamedTensors } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { answerSearch } from "./answers.js";

const none = [-1, -1] as const;
type Row = readonly {
  readonly place: readonly [number, number];
  readonly start: number;
  readonly end: number;
}[];

/** Windows whose tokens stand for parts of a context, or for none, and have these logits. */
function windows(questions: readonly number[], rows: readonly Row[]): readonly [NamedTensors, NamedTensors] {
  const width = rows[0]!.length;
  const logits = (of: "start" | "end") =>
    tensor(
      "float32",
      [rows.length, width],
      rows.flatMap((row) => row.map((token) => token[of])),
    );
  const places = rows.flatMap((row) => row.flatMap(({ place }) => place));
  return [
    { start_logits: logits("start"), end_logits: logits("end") },
    {
      question_index: tensor("int64", [rows.length], questions),
      offset_mapping: tensor("int64", [rows.length, width, 2], places),
    },
  ];
}

describe("answerSearch", () => {
  const row = (
    context: readonly (readonly [number, number])[],
    best: readonly [number, number],
    score: number,
  ): Row => [
    { place: none, start: 50, end: 50 },
    ...context.map((place, i) => ({
      place,
      start: i === best[0] ? score : 0,
      end: i === best[1] ? score : 0,
    })),
  ];
  const words = [
    [0, 3],
    [4, 7],
    [7, 8],
  ] as const;

  it("cuts answers out of the context, however likely the question's tokens are", () => {
    const search = answerSearch(["Ada und Bob"], { maxAnswerTokens: 9 });
    search.update(
      ...windows(
        [0],
        [
          row(
            [
              [0, 3],
              [4, 7],
              [8, 11],
            ],
            [1, 2],
            3,
          ),
        ],
      ),
    );
    expect(search.answers()).toEqual([{ text: "und Bob", start: 4, end: 11, score: 6 }]);
  });

  it("takes the best of all windows, in whichever batch they are", () => {
    const search = answerSearch(["abc def.", "xyz uvw!"], { maxAnswerTokens: 2 });
    search.update(...windows([0, 1], [row(words, [0, 0], 2), row(words, [1, 2], 4)]));
    search.update(...windows([0, 1], [row(words, [1, 1], 3), row(words, [0, 0], 1)]));
    expect(search.answers().map((answer) => answer?.text)).toEqual(["def", "uvw!"]);
  });

  it("has answers of so many tokens at most, and none of blanks", () => {
    const search = answerSearch(["abc def."], { maxAnswerTokens: 1 });
    search.update(
      ...windows(
        [0],
        [
          row(
            [
              [0, 3],
              [3, 3],
              [4, 7],
            ],
            [1, 1],
            9,
          ),
        ],
      ),
    );
    expect(search.answers()[0]).toMatchObject({ text: "abc", score: 0 });
  });

  it("has no answer where nothing of the context was read", () => {
    const search = answerSearch(["abc", "def"], { maxAnswerTokens: 1 });
    search.update(...windows([0], [row([none], [0, 0], 1)]));
    expect(search.answers()).toEqual([undefined, undefined]);
  });
});
