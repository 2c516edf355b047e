import fc from "fast-check";
import { expect, it } from "vitest";
import { chunks } from "./chunks.js";

async function* atOnce<T>(items: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

it("fills chunks from a source that is fast enough", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 5 }), async (items, size) => {
      const found = await all(chunks(atOnce(items), size));
      expect(found.flat()).toEqual(items);
      expect(found.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
      expect(found.every((chunk) => chunk.length > 0)).toBe(true);
    }),
  );
});

it("hands on what has come, without waiting for more", async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  async function* source() {
    yield 1;
    yield 2;
    await gate;
    yield 3;
  }
  const found = chunks(source(), 10);
  expect(await found.next()).toEqual({ done: false, value: [1, 2] });
  release();
  expect(await found.next()).toEqual({ done: false, value: [3] });
  expect(await found.next()).toEqual({ done: true, value: undefined });
});

it("passes on what goes wrong, after what came before it", async () => {
  async function* broken() {
    await Promise.resolve();
    yield 1;
    throw new Error("the source broke");
  }
  const found = chunks(broken(), 1);
  expect(await found.next()).toEqual({ done: false, value: [1] });
  await expect(found.next()).rejects.toThrow("the source broke");
});
