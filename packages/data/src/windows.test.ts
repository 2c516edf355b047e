import { ConfigError, type Offsets, type Tokenizer } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { questionBatches } from "./batches.js";
import { encodeQuestions } from "./windows.js";

/** A token for each letter but blanks, its code; 1 in front, 2 behind, 3 and 4 between two texts. */
const letters = (text: string) => Array.from(text.matchAll(/\S/gu));
const codes = (text: string) => letters(text).map(([letter]) => letter.charCodeAt(0));
const tokenizer: Pick<Tokenizer, "encode" | "offsets"> = {
  encode(text, { pair, specialTokens = true } = {}) {
    if (!specialTokens) return { ids: codes(text) };
    if (pair === undefined) return { ids: [1, ...codes(text), 2] };
    const [first, second] = [codes(text), codes(pair)];
    return {
      ids: [1, ...first, 3, 4, ...second, 2],
      typeIds: [0, ...first.map(() => 0), 0, 0, ...second.map(() => 1), 1],
    };
  },
  offsets: (text) => letters(text).map(({ index }): Offsets => [index, index + 1]),
};
const encode = (questions: Parameters<typeof encodeQuestions>[1], maxLength = 100, stride = 2) =>
  encodeQuestions(tokenizer as Tokenizer, questions, { maxLength, stride });

describe("encodeQuestions", () => {
  it("tells what of the context each token stands for, and where the answer is", () => {
    expect(encode([{ question: "q", context: "ab cd", answers: [{ text: "b c", start: 1 }] }])).toEqual([
      {
        question: 0,
        encoding: { ids: [1, 113, 3, 4, 97, 98, 99, 100, 2], typeIds: [0, 0, 0, 0, 1, 1, 1, 1, 1] },
        offsets: [undefined, undefined, undefined, undefined, [0, 1], [1, 2], [3, 4], [4, 5], undefined],
        answer: [5, 6],
      },
    ]);
  });

  it("reads a long context in windows that share tokens; an answer is in those that have all of it", () => {
    const found = encode([{ question: "q", context: "abcdefg", answers: [{ text: "de", start: 3 }] }], 9, 2);
    expect(found.map(({ encoding }) => String.fromCharCode(...encoding.ids.slice(4, -1)))).toEqual([
      "abcd",
      "cdef",
      "efg",
    ]);
    expect(found.map(({ answer }) => answer)).toEqual([undefined, [5, 6], undefined]);
  });

  it("cuts a question that takes more than half of the room", () => {
    const [window] = encode([{ question: "question", context: "abcd" }], 10);
    expect(window?.encoding.ids).toEqual([1, ...codes("que"), 3, 4, ...codes("abc"), 2]);
  });

  it("reads every token of a context, each window beginning before the last one ends", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 6, max: 30 }),
        fc.nat(30),
        (question, context, maxLength, stride) => {
          const found = encode([{ question, context }], maxLength, stride);
          const places = found.map(({ encoding, offsets }) => {
            expect(encoding.ids.length).toBeLessThanOrEqual(maxLength);
            expect(encoding.typeIds).toHaveLength(encoding.ids.length);
            return offsets.flatMap((place, position) => {
              if (place === undefined) return [];
              expect(encoding.ids[position]).toBe(context.charCodeAt(place[0]));
              return [place[0]];
            });
          });
          expect([...new Set(places.flat())]).toEqual(letters(context).map(({ index }) => index));
        },
      ),
    );
  });

  it("needs room, and offsets", () => {
    const question = [{ question: "q", context: "c" }];
    expect(() => encode(question, 5)).toThrow(
      "maxLength 5 has no room for question and context beside 4 special tokens",
    );
    expect(() =>
      encodeQuestions({ encode: tokenizer.encode } as Tokenizer, question, { maxLength: 9, stride: 0 }),
    ).toThrow(ConfigError);
  });
});

describe("questionBatches", () => {
  it("have answers, offsets and questions beside the padded ids", () => {
    const windows = encode(
      [
        { question: "q", context: "a b", answers: [{ text: "b", start: 2 }] },
        { question: "q", context: "c" },
      ],
      100,
    );
    const [batch] = questionBatches({ windows, padId: 0, batchSize: 2 }).epoch(0);
    const values = (name: string) => Array.from(batch?.[name]?.data ?? [], Number);
    expect(batch?.["input_ids"]?.shape).toEqual([2, 7]);
    expect(values("start_positions")).toEqual([5, 0]);
    expect(values("end_positions")).toEqual([5, 0]);
    expect(values("question_index")).toEqual([0, 1]);
    expect(batch?.["offset_mapping"]?.shape).toEqual([2, 7, 2]);
    const [none, a, b] = [
      [-1, -1],
      [0, 1],
      [2, 3],
    ];
    expect(values("offset_mapping")).toEqual(
      [none, none, none, none, a, b, none, none, none, none, none, a, none, none].flat(),
    );
  });
});
