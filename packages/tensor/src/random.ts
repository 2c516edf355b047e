import { ConfigError, type Random } from "@incipit/core";

const MASK = 0xffffffffffffffffn;

/**
 * A seeded generator: the same seed (a number and its decimal text are one seed) gives the same numbers everywhere.
 *
 * xoshiro128** with its 128 bits of state filled by SplitMix64 from a 64-bit FNV-1a hash of the seed; a stream hashes the
 * parent's seed and the stream's name, so it depends on neither what was drawn nor which streams exist besides. Integers
 * and uniforms are exact on every platform; normals (Box-Muller) are so as far as `Math.log` and `Math.cos` are.
 *
 * @see Blackman & Vigna 2021, arXiv:1805.01407, for xoshiro and the advice to seed it by SplitMix64
 * @see Fowler, Noll & Vo, draft-eastlake-fnv, for FNV-1a
 */
export function seededRandom(seed: number | string): Random {
  const key = String(seed);
  const next = xoshiro128(key);
  const uniform = () => {
    // 27 and 26 bits, in two statements' order: together the 53 of a double's fraction.
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 0x4000000 + low) * 2 ** -53;
  };
  return {
    uniform,
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
    integer: (bound) => {
      if (!Number.isSafeInteger(bound) || bound < 1) {
        throw new ConfigError(`random.integer: the bound must be a whole number of 1 or more, got ${bound}.`);
      }
      return Math.floor(uniform() * bound);
    },
    stream: (name) => seededRandom(`${key}\u0000${name}`),
  };
}

/** A copy of `items` in random order, every order equally likely (Fisher-Yates). */
export function shuffle<E>(random: Random, items: readonly E[]): E[] {
  return sample(random, items, items.length);
}

/**
 * `count` of the items without replacement, in random order.
 * @throws {ConfigError} when there are fewer than `count`
 */
export function sample<E>(random: Random, items: readonly E[], count: number): E[] {
  if (!Number.isInteger(count) || count < 0 || count > items.length) {
    throw new ConfigError(
      `sample: cannot take ${count} of ${items.length} items without replacement; ask for 0 to ${items.length}.`,
      { details: { count, items: items.length } },
    );
  }
  const pool = [...items];
  for (let position = 0; position < count; position++) {
    const chosen = position + random.integer(pool.length - position);
    [pool[position], pool[chosen]] = [pool[chosen] as E, pool[position] as E];
  }
  return pool.slice(0, count);
}

/** 32 random bits at a time. */
function xoshiro128(key: string): () => number {
  const fill = splitMix64(fnv1a64(key));
  const [s01, s23] = [fill(), fill()];
  let [a, b, c, d] = [s01, s01 >> 32n, s23, s23 >> 32n].map((word) => Number(word & 0xffffffffn)) as [
    number,
    number,
    number,
    number,
  ];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return z ^ (z >> 31n);
  };
}

function fnv1a64(text: string): bigint {
  return new TextEncoder()
    .encode(text)
    .reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK, 0xcbf29ce484222325n);
}
