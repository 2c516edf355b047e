import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toyStep, type ToyModel } from "../test/toy-step.js";
import { beamSearch, type BeamSearchOptions, type Found } from "./beam-search.js";
import { logSoftmax } from "./logits.js";

const END = 0;
const VOCABULARY = 4;

/** A model whose logits depend on the last token. */
const tableModel =
  (table: readonly (readonly number[])[]): ToyModel =>
  (ids) =>
    table[ids.at(-1) ?? 0]!;

const tables = fc.array(
  fc.array(
    fc.integer({ min: -30, max: 30 }).map((value) => value / 10),
    {
      minLength: VOCABULARY,
      maxLength: VOCABULARY,
    },
  ),
  { minLength: VOCABULARY, maxLength: VOCABULARY },
);

async function search(model: ToyModel, options: Partial<BeamSearchOptions> = {}): Promise<readonly Found[]> {
  const batch = {
    input_ids: { dtype: "int64", shape: [2, 1], data: BigInt64Array.of(1n, 2n) },
    attention_mask: { dtype: "int64", shape: [2, 1], data: BigInt64Array.of(1n, 1n) },
  } as const;
  const start = await toyStep(model).start(batch, {});
  const found: Found[] = [];
  const defaults = {
    beams: 2,
    lengthPenalty: 1,
    earlyStopping: false,
    processors: [],
    limits: [4, 4],
  } as const;
  for await (const text of beamSearch(start, {
    ...defaults,
    endIds: new Set([END]),
    stops: () => false,
    ...options,
  })) {
    found.push(text);
  }
  return found.sort((a, b) => a.index - b.index);
}

/** All texts that begin with `first`, up to an end or the limit, with their log probabilities. */
function allTexts(
  model: ToyModel,
  first: number,
  limit: number,
): readonly { ids: number[]; score: number }[] {
  const grow = (ids: readonly number[], score: number): { ids: number[]; score: number }[] => {
    if (ids.length === limit || ids.at(-1) === END) return [{ ids: [...ids], score }];
    const logs = logSoftmax(Float32Array.from(model([first, ...ids])));
    return Array.from(logs).flatMap((log, id) => grow([...ids, id], score + log));
  };
  return grow([], 0);
}

describe("beamSearch", () => {
  it("finds the best of all texts where there are beams for all of them", () =>
    fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(0, 1, 2), async (table, lengthPenalty) => {
        const model = tableModel(table);
        const found = await search(model, {
          beams: 100,
          lengthPenalty,
          limits: [3, 3],
          earlyStopping: "never",
        });
        for (const [i, { score }] of found.entries()) {
          const scores = allTexts(model, i + 1, 3).map(
            (text) => text.score / text.ids.length ** lengthPenalty,
          );
          expect(score).toBeCloseTo(Math.max(...scores), 4);
        }
      }),
      { numRuns: 30 },
    ));

  it("scores a text by its log probability over its length to the power of the penalty", () =>
    fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: -1, max: 2 }), async (table, lengthPenalty) => {
        const model = tableModel(table);
        for (const { index, ids, score } of await search(model, { lengthPenalty })) {
          const same = allTexts(model, index + 1, 4).find((text) => text.ids.join() === ids.join());
          expect(score).toBeCloseTo(same!.score / ids.length ** lengthPenalty, 4);
        }
      }),
      { numRuns: 30 },
    ));

  it("with one beam takes the most probable token at each step", async () => {
    const model = tableModel([
      [0, 0, 0, 0],
      [0, 1, 2, 3],
      [0, 3, 2, 1],
      [0, 2, 3, 1],
    ]);
    const [first, second] = await search(model, { beams: 1 });
    expect(first?.ids).toEqual([3, 2, 1, 3]);
    expect(second?.ids).toEqual([1, 3, 2, 1]);
  });

  it("ends a text at its own limit, and where something else stops it", async () => {
    const model = tableModel(Array.from({ length: VOCABULARY }, () => [-9, 1, 2, 3]));
    const [first, second] = await search(model, { limits: [2, 5] });
    expect([first?.ids.length, second?.ids.length]).toEqual([2, 5]);
    const stopped = await search(model, { stops: (_, ids) => ids.at(-1) === 3, earlyStopping: true });
    expect(stopped.map(({ ids }) => ids)).toEqual([[3], [3]]);
  });
});
