import { type DataSource } from "@incipit/core";

/** A source over examples in memory. */
export function fromMemory<E>(examples: Iterable<E>): DataSource<E> {
  const items = [...examples];
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items.values();
      return { next: () => Promise.resolve(iterator.next()) };
    },
  };
}

/** All examples of a source, in its order. */
export async function collect<E>(source: DataSource<E>): Promise<E[]> {
  const examples: E[] = [];
  for await (const example of source) examples.push(example);
  return examples;
}
