import { type BatchSource, ConfigError, ShapeError } from "@incipit/core";
import { seededRandom, tensor } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairBatches, sequenceBatches, tensorBatches, textBatches } from "./batches.js";

/** Encodings of these lengths; each one's tokens are its number. */
const encodings = (lengths: readonly number[]) =>
  lengths.map((length, index) => ({ ids: new Array<number>(length).fill(index + 1) }));
/** The examples of each batch, by their labels. */
const order = (source: BatchSource, epoch = 0) =>
  [...source.epoch(epoch)].map(({ labels }) => Array.from(labels!.data, Number));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
/** Positions of all batches together, padding included. */
const area = (source: BatchSource) =>
  [...source.epoch(0)].reduce((total, { input_ids }) => total + input_ids!.data.length, 0);

const settings = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 120 }),
  batchSize: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  epoch: fc.nat(5),
  bucketByLength: fc.boolean(),
});

describe("textBatches", () => {
  it("keeps the labels of tokens with their tokens, however it shuffles", () => {
    const texts = encodings([3, 1, 2, 5]);
    const labels = texts.map(({ ids }) => ids.map((id) => id * 10));
    const source = textBatches({ encodings: texts, labels, padId: 0, batchSize: 2, random: seededRandom(1) });
    for (const { input_ids, labels: targets } of source.epoch(0)) {
      const expected = Array.from(input_ids!.data, Number).map((id) => (id === 0 ? -100 : id * 10));
      expect(Array.from(targets!.data, Number)).toEqual(expected);
    }
  });

  it("has every example exactly once in each epoch, with its own label", () => {
    fc.assert(
      fc.property(settings, fc.boolean(), ({ lengths, batchSize, seed, epoch, bucketByLength }, shuffled) => {
        const source = textBatches({
          encodings: encodings(lengths),
          labels: upTo(lengths.length),
          padId: 0,
          batchSize,
          bucketByLength,
          ...(shuffled && { random: seededRandom(seed) }),
        });
        const batches = [...source.epoch(epoch)];
        expect(ascending(order(source, epoch).flat())).toEqual(upTo(lengths.length));
        expect(batches).toHaveLength(source.batches);
        expect(source.examples).toBe(lengths.length);
        for (const { input_ids, labels } of batches) {
          const width = input_ids!.shape[1]!;
          labels!.data.forEach((label, row) => {
            expect(Number(input_ids!.data[row * width])).toBe(Number(label) + 1);
          });
        }
      }),
    );
  });

  it("gives an order that depends on seed and epoch alone, whatever was run before", () => {
    fc.assert(
      fc.property(settings, ({ lengths, batchSize, seed, epoch, bucketByLength }) => {
        const source = () =>
          textBatches({
            encodings: encodings(lengths),
            labels: upTo(lengths.length),
            padId: 0,
            batchSize,
            bucketByLength,
            random: seededRandom(seed),
          });
        const resumed = source();
        const running = source();
        for (const earlier of upTo(epoch)) order(running, earlier);
        expect(order(running, epoch)).toEqual(order(resumed, epoch));
      }),
    );
  });

  it("shuffles each epoch in another way", () => {
    const source = textBatches({
      encodings: encodings(new Array<number>(50).fill(3)),
      labels: upTo(50),
      padId: 0,
      batchSize: 50,
      random: seededRandom(1),
    });
    expect(order(source, 0)).not.toEqual(order(source, 1));
    expect(order(source, 0).flat()).not.toEqual(upTo(50));
  });

  it("keeps the order without a generator", () => {
    const source = textBatches({
      encodings: encodings([3, 1, 2]),
      labels: [0, 1, 2],
      padId: 0,
      batchSize: 2,
    });
    expect(order(source)).toEqual([[0, 1], [2]]);
  });

  it("brings like lengths together: less than a tenth of padding where chance leaves a third", () => {
    const random = seededRandom("lengths");
    const lengths = upTo(512).map(() => 1 + random.integer(64));
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    const source = (bucketByLength: boolean) =>
      textBatches({
        encodings: encodings(lengths),
        padId: 0,
        batchSize: 16,
        bucketByLength,
        random: seededRandom(2),
      });
    expect(1 - tokens / area(source(false))).toBeGreaterThan(1 / 3);
    expect(1 - tokens / area(source(true))).toBeLessThan(1 / 10);
  });

  it("does not run the buckets from short to long", () => {
    const source = textBatches({
      encodings: encodings(upTo(64).map((index) => index + 1)),
      padId: 0,
      batchSize: 8,
      bucketByLength: true,
      random: seededRandom(5),
    });
    const widths = [...source.epoch(0)].map(({ input_ids }) => input_ids!.shape[1]!);
    expect(widths).not.toEqual(ascending(widths));
    expect(ascending(widths)).toEqual([8, 16, 24, 32, 40, 48, 56, 64]);
  });

  it("leaves out a batch that is not full when told to", () => {
    const options = { encodings: encodings([1, 1, 1, 1, 1]), labels: upTo(5), padId: 0, batchSize: 2 };
    const source = textBatches({ ...options, dropLast: true, random: seededRandom(1), bucketByLength: true });
    expect([source.batches, source.examples]).toEqual([2, 4]);
    expect(order(source).map((batch) => batch.length)).toEqual([2, 2]);
  });

  it.each([
    ["a batch size of 0", { encodings: encodings([1]), padId: 0, batchSize: 0 }, ConfigError],
    ["half a batch", { encodings: encodings([1]), padId: 0, batchSize: 1.5 }, ConfigError],
    ["no examples", { encodings: [], padId: 0, batchSize: 2 }, ConfigError],
    ["no full batch", { encodings: encodings([1]), padId: 0, batchSize: 2, dropLast: true }, ConfigError],
    ["a label too many", { encodings: encodings([1]), labels: [0, 1], padId: 0, batchSize: 1 }, ShapeError],
  ])("refuses %s", (_, options, kind) => {
    expect(() => textBatches(options)).toThrow(kind);
  });
});

describe("targets of textBatches", () => {
  it("stay with their texts, however these are shuffled", () => {
    const numbers = tensor("float32", [4, 1], [1, 2, 3, 4]);
    const options = { encodings: encodings([3, 1, 2, 5]), padId: 0, batchSize: 3 };
    const source = textBatches({ ...options, targets: { target: numbers }, random: seededRandom(1) });
    for (const { input_ids, target } of source.epoch(0)) {
      const [rows = 0, width = 0] = input_ids!.shape;
      const first = Array.from({ length: rows }, (_, row) => Number(input_ids!.data[row * width]));
      expect(target).toEqual(tensor("float32", [rows, 1], first));
    }
    const short = { ...options, targets: { target: tensor("float32", [3, 1], [1, 2, 3]) } };
    expect(() => textBatches(short)).toThrow(ShapeError);
    expect(() => textBatches(short)).toThrow('"target" is float32[3,1]');
  });
});

describe("pairBatches", () => {
  it("has the two texts of a pair behind one another, and its score at both", () => {
    fc.assert(
      fc.property(settings, ({ lengths, batchSize, seed, epoch, bucketByLength }) => {
        const source = pairBatches({
          first: encodings(lengths),
          second: encodings(lengths).map(({ ids }) => ({ ids: ids.map((id) => -id) })),
          scores: upTo(lengths.length),
          padId: 0,
          batchSize,
          bucketByLength,
          random: seededRandom(seed),
        });
        const pairs = [...source.epoch(epoch)].flatMap(({ input_ids, scores }) => {
          const [rows = 0, width = 0] = input_ids!.shape;
          expect(scores!.shape).toEqual([rows]);
          return Array.from({ length: rows / 2 }, (_, i) => {
            const id = (row: number) => Number(input_ids!.data[row * width]);
            const score = Number(scores!.data[2 * i]);
            expect([id(2 * i), id(2 * i + 1)]).toEqual([score + 1, -score - 1]);
            expect(scores!.data[2 * i + 1]).toBe(score);
            return score;
          });
        });
        expect(ascending(pairs)).toEqual(upTo(lengths.length));
        expect(source.examples).toBe(lengths.length);
      }),
    );
  });

  it("has no targets without scores, and needs as many second texts and scores as first ones", () => {
    const options = { first: encodings([1, 2]), padId: 0, batchSize: 2 };
    const [batch] = pairBatches({ ...options, second: encodings([2, 2]) }).epoch(0);
    expect(Object.keys(batch!)).toEqual(["input_ids", "attention_mask"]);
    expect(() => pairBatches({ ...options, second: encodings([1]) })).toThrow(ShapeError);
    expect(() => pairBatches({ ...options, second: encodings([2, 2]), scores: [1] })).toThrow(
      "2 first texts, but 1 to go with them",
    );
  });
});

describe("tensorBatches", () => {
  const tensors = {
    pooled: tensor("float32", [3, 2], [0, 1, 10, 11, 20, 21]),
    labels: tensor("int64", [3], [0, 1, 2]),
  };

  it("has the rows of every table together", () => {
    expect([...tensorBatches({ tensors, batchSize: 2 }).epoch(0)]).toEqual([
      { pooled: tensor("float32", [2, 2], [0, 1, 10, 11]), labels: tensor("int64", [2], [0, 1]) },
      { pooled: tensor("float32", [1, 2], [20, 21]), labels: tensor("int64", [1], [2]) },
    ]);
  });

  it("shuffles them by seed and epoch, still together", () => {
    const source = tensorBatches({ tensors, batchSize: 3, random: seededRandom(4) });
    const [batch] = [...source.epoch(1)];
    const labels = Array.from(batch!["labels"]!.data, Number);
    expect(ascending(labels)).toEqual([0, 1, 2]);
    expect(Array.from(batch!["pooled"]!.data, Number)).toEqual(
      labels.flatMap((label) => [10 * label, 10 * label + 1]),
    );
  });

  it("refuses tables with different numbers of rows, naming one", () => {
    expect(() =>
      tensorBatches({ tensors: { ...tensors, odd: tensor("int64", [2], [0, 1]) }, batchSize: 1 }),
    ).toThrow(/"odd" is int64\[2\]/u);
  });
});

it("sequenceBatches keeps each target with its text", () => {
  const texts = encodings([3, 1, 2, 5, 4]);
  const source = sequenceBatches({
    ...{ encodings: texts, targets: texts, startId: 9, padId: 0, batchSize: 2, bucketByLength: true },
    random: seededRandom(1),
  });
  const seen = [...source.epoch(0)].flatMap(({ input_ids, labels }) => {
    expect(Array.from(labels!.data, Number)).toEqual(
      Array.from(input_ids!.data, Number).map((id) => id || -100),
    );
    return Array.from(labels!.data, Number).filter((label) => label > 0);
  });
  expect(ascending([...new Set(seen)])).toEqual([1, 2, 3, 4, 5]);
});
