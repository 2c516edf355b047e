import { setImmediate } from "node:timers/promises";

/**
 * The items of a source in chunks of up to `size`: what has come by the time somebody asks, and at least one. So a fast source is
 * read in full chunks, and from a slow one every item comes on at once.
 */
export async function* chunks<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const chunk = [first.value];
    next = iterator.next();
    while (chunk.length < size) {
      const more = await Promise.race([next, pause()]);
      if (more === undefined || more.done) break;
      chunk.push(more.value);
      next = iterator.next();
    }
    yield chunk;
  }
}

/** Lets what is under way arrive. */
async function pause(): Promise<undefined> {
  await setImmediate();
}
