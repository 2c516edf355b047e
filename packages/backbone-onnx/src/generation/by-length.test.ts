import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { expect, it } from "vitest";
import { startByLength } from "./by-length.js";
import { decodingOf, type DecodingState } from "./decoding.js";

/** A model whose logits are the last token of each text, and how many have been read. */
function stateOf(ids: readonly (readonly number[])[]): DecodingState {
  const rows = ids.map((row) => [row.at(-1) ?? 0, row.length]);
  return { ids, logits: tensor("float32", [ids.length, 2], rows.flat()), tensors: {} };
}

const started = (ids: readonly (readonly number[])[]) =>
  decodingOf(stateOf(ids), (state, more) =>
    Promise.resolve(stateOf(state.ids.map((row, i) => [...row, more[i] ?? 0]))),
  );

const texts = fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

it("is to the outside as one batch, through steps and selections", () =>
  fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), async (ids, picks) => {
      const lengths: number[] = [];
      const apart = await startByLength(ids, (rows) => {
        const own = rows.map((row) => ids[row]!);
        lengths.push(...new Set(own.map(({ length }) => length)));
        return Promise.resolve(started(own));
      });
      expect(lengths).toEqual([...new Set(ids.map(({ length }) => length))]);
      const rows = picks.map((pick) => pick % ids.length);
      const more = ids.map((_, i) => i);
      const selected = (await apart.next(more)).select(rows);
      const truth = (await started(ids).next(more)).select(rows);
      for (const [a, b] of [
        [apart, started(ids)],
        [selected, truth],
        [await selected.next(rows), await truth.next(rows)],
      ] as const) {
        expect(a.ids).toEqual(b.ids);
        expect(a.logits).toEqual(b.logits);
      }
    }),
  ));
