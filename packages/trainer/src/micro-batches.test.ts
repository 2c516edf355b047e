import { type Batch, type TrainStep } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenRegression } from "../test/token-regression.js";
import { microBatched } from "./micro-batches.js";

interface Row {
  readonly ids: readonly number[];
  readonly labels: readonly number[];
}

interface Layout {
  readonly side: "left" | "right";
  /** Columns beyond the longest row. */
  readonly more?: number;
  readonly perToken?: boolean;
}

function batchOf(rows: readonly Row[], { side, more = 0, perToken = false }: Layout): Batch {
  const width = Math.max(1, ...rows.map(({ ids }) => ids.length)) + more;
  const padded = (of: (row: Row) => readonly number[], value: number) =>
    tensor(
      "int64",
      [rows.length, width],
      rows.flatMap((row) => {
        const padding = Array.from({ length: width - row.ids.length }, () => value);
        return side === "left" ? [...padding, ...of(row)] : [...of(row), ...padding];
      }),
    );
  return {
    input_ids: padded(({ ids }) => ids, 0),
    attention_mask: padded(({ ids }) => ids.map(() => 1), 0),
    labels: perToken
      ? padded(({ labels }) => labels, -100)
      : tensor(
          "int64",
          [rows.length],
          rows.map(({ labels }) => labels[0] ?? -100),
        ),
  };
}

const anyLabel = fc.oneof(fc.constant(-100), fc.integer({ min: -3, max: 3 }));
const anyRow = fc
  .array(fc.record({ id: fc.integer({ min: 1, max: 5 }), label: anyLabel }), { maxLength: 9 })
  .map((tokens) => ({ ids: tokens.map(({ id }) => id), labels: tokens.map(({ label }) => label) }));
const anyBatch = fc
  .record({
    rows: fc.array(anyRow, { minLength: 1, maxLength: 8 }),
    side: fc.constantFrom("left", "right"),
    more: fc.nat(3),
    perToken: fc.boolean(),
  })
  .map(({ rows, ...layout }) => ({ batch: batchOf(rows, layout as Layout), perToken: layout.perToken }));

const parameters = { w: tensor("float32", [2], [0.25, -0.5]) };
const textOf = (length: number): Row => ({ ids: Array.from({ length }, (_, i) => i + 1), labels: [1] });
const sizes = (calls: readonly Batch[]) => calls.map((batch) => batch["input_ids"]!.shape);

describe("a step on parts of a batch", () => {
  it("has the loss, the count and the gradients of the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBatch,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(4),
        fc.integer({ min: 1, max: 3 }),
        async ({ batch, perToken }, tokens, virtualTokens, concurrency) => {
          const step = tokenRegression({ virtualTokens, perToken, concurrency });
          const whole = await step.step(batch, parameters);
          const parts = await microBatched(step, { tokens }).step(batch, parameters);
          expect(parts.count).toBe(whole.count);
          if (whole.count === 0) return;
          expect(Math.abs(parts.loss - whole.loss)).toBeLessThanOrEqual(1e-6 * Math.abs(whole.loss));
          whole.gradients["w"]!.data.forEach((value, i) => {
            expect(Math.abs(parts.gradients["w"]!.data[i]! - value)).toBeLessThanOrEqual(
              1e-6 * (1 + Math.abs(value)),
            );
          });
        },
      ),
    );
  });

  it("predicts what the whole does, zeros at padding, rows in their order", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBatch,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(4),
        fc.integer({ min: 1, max: 3 }),
        async ({ batch, perToken }, tokens, virtualTokens, concurrency) => {
          const step = tokenRegression({ virtualTokens, perToken, concurrency });
          expect(await microBatched(step, { tokens }).predict(batch, parameters)).toEqual(
            await step.predict(batch, parameters),
          );
        },
      ),
    );
  });

  it("never has more tokens than allowed, virtual ones included, but for a row that is too long by itself", async () => {
    const calls: Batch[] = [];
    const step = microBatched(tokenRegression({ virtualTokens: 2, calls }), { tokens: 12 });
    await step.step(batchOf([2, 9, 4, 30, 2, 4, 1, 3].map(textOf), { side: "right" }), parameters);
    expect(sizes(calls)).toEqual([
      [1, 30],
      [2, 4],
      [3, 2],
      [1, 9],
      [1, 3],
    ]);
  });

  it("is cut where that saves the most, so long as a part is worth its own cost", async () => {
    const calls: Batch[] = [];
    const step = microBatched(tokenRegression({ calls }), { tokens: 1000 });
    const lengths = [90, 3, 88, 2, 1, 87, 4, 40];
    await step.step(batchOf(lengths.map(textOf), { side: "right" }), parameters);
    expect(sizes(calls)).toEqual([
      [3, 90],
      [1, 40],
      [4, 4],
    ]);
  });

  it("is begun before the last has ended, where the step takes several at a time", async () => {
    const most = async (concurrency: number) => {
      let [running, highest] = [0, 0];
      const plain = tokenRegression({ concurrency });
      const step: TrainStep = {
        ...plain,
        async step(batch, values) {
          highest = Math.max(highest, ++running);
          const result = await plain.step(batch, values);
          running--;
          return result;
        },
      };
      const batch = batchOf([40, 40, 40, 40].map(textOf), { side: "right" });
      await microBatched(step, { tokens: 40 }).step(batch, parameters);
      return highest;
    };
    expect(await most(1)).toBe(1);
    expect(await most(2)).toBe(4);
  });

  it("is not wider than its rows where the batch is", async () => {
    const calls: Batch[] = [];
    const step = microBatched(tokenRegression({ calls }), { tokens: 100 });
    await step.step(batchOf([textOf(2), textOf(3)], { side: "right", more: 5 }), parameters);
    expect(sizes(calls)).toEqual([[2, 3]]);
  });

  it("keeps padding in front, as positions may be counted from the first column", async () => {
    const calls: Batch[] = [];
    const step = microBatched(tokenRegression({ calls }), { tokens: 5 });
    await step.step(batchOf([textOf(2), textOf(3)], { side: "left" }), parameters);
    expect(sizes(calls)).toEqual([
      [1, 3],
      [1, 3],
    ]);
  });
});

describe("a batch is run as it is", () => {
  const batch = batchOf([textOf(2), textOf(9)], { side: "right" });
  const run = async (given: Batch, options: Parameters<typeof tokenRegression>[0]) => {
    const calls: Batch[] = [];
    await microBatched(tokenRegression({ calls, ...options }), { tokens: 1 }).step(given, parameters);
    return calls;
  };

  it("when it has no mask", async () => {
    const unmasked = { input_ids: batch["input_ids"]!, labels: batch["labels"]! };
    expect((await run(unmasked, {}))[0]).toBe(unmasked);
  });

  it("when the step reads padding like text", async () => {
    expect((await run(batch, { tokenInputs: undefined }))[0]).toBe(batch);
  });

  it("in training, when the loss compares its rows; but not to predict", async () => {
    const calls = await run(batch, { wholeBatch: true });
    expect(calls[0]).toBe(batch);
    const step = microBatched(tokenRegression({ calls, wholeBatch: true }), { tokens: 1 });
    await step.predict(batch, parameters);
    expect(calls).toHaveLength(3);
  });
});

it("leaves what has no value per token as it is, whatever its width", async () => {
  const calls: Batch[] = [];
  const step = microBatched(tokenRegression({ calls }), { tokens: 1 });
  const batch = batchOf([textOf(1), textOf(3)], { side: "right" });
  const target = tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
  await step.step({ ...batch, target }, parameters);
  expect(calls.map((part) => part["target"]?.data)).toEqual([
    Float32Array.of(4, 5, 6),
    Float32Array.of(1, 2, 3),
  ]);
});

it("passes on what the step is made of, and its disposal", async () => {
  let disposed = 0;
  const inner = tokenRegression({
    virtualTokens: 3,
    dispose: () => {
      disposed++;
      return Promise.resolve();
    },
  });
  const step = microBatched(inner, { tokens: 1 });
  expect(step).toMatchObject({ parameters: inner.parameters, trainable: ["w"], virtualTokens: 3 });
  await step.dispose();
  expect(disposed).toBe(1);
});
