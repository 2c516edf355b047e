import type { Placement } from "@incipit/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { tensor } from "../host/create.js";
import { chooseBackend, fromTfjs, tfjsOps, toTfjs } from "../tfjs/index.js";
import { insertPrompt, promptStart, removePrompt } from "./prompt-positions.js";

const { tf } = await chooseBackend();
const ops = tfjsOps(tf);
const placements: readonly Placement[] = ["front", "after-first"];

it.each([
  ["front", [9, 9, 1, 2, 3]],
  ["after-first", [1, 9, 9, 2, 3]],
] as const)("puts the virtual tokens %s", (placement, expected) => {
  const x = toTfjs(tf, tensor("float32", [1, 3], [1, 2, 3]));
  const row = toTfjs(tf, tensor("float32", [1, 2], [9, 9]));
  const spliced = insertPrompt(ops, x, row, { virtualTokens: 2, placement });
  expect(fromTfjs(spliced)).toEqual(tensor("float32", [1, 5], expected));
});

it("gives the text back when they are taken out again", () => {
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 5 }),
    virtualTokens: fc.integer({ min: 0, max: 4 }),
    placement: fc.constantFrom(...placements),
  });
  fc.assert(
    fc.property(sizes, ({ batch, seq, ...layout }) => {
      const text = tensor(
        "float32",
        [batch, seq],
        Array.from({ length: batch * seq }, (_, i) => i),
      );
      const row = tensor(
        "float32",
        [1, layout.virtualTokens],
        Array.from({ length: layout.virtualTokens }, () => -1),
      );
      const spliced = insertPrompt(ops, toTfjs(tf, text), toTfjs(tf, row), layout);
      expect(spliced.shape).toEqual([batch, layout.virtualTokens + seq]);
      expect(fromTfjs(removePrompt(ops, spliced, layout))).toEqual(text);
    }),
  );
});

it("counts from the front of the text, or behind its first token", () => {
  expect(placements.map((placement) => promptStart({ virtualTokens: 1, placement }))).toEqual([0, 1]);
});
