/** FNV-1a over UTF-16 units, 32 bits. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** The set of a text's sequences of three words, letters only and in lower case, hashed. */
export function shingles(text: string): ReadonlySet<number> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const width = Math.min(3, words.length);
  const starts = width === 0 ? 0 : words.length - width + 1;
  return new Set(Array.from({ length: starts }, (_, i) => hash(words.slice(i, i + width).join(" "))));
}

/**
 * The items whose text is new: of those whose three-word sequences agree by half or more (Jaccard index ≥ 0.5) with an
 * earlier kept one's, only the first stays. Items without any word are dropped as well.
 * @see Broder 1997, "On the resemblance and containment of documents", section 2
 */
export function dropNearDuplicates<E extends { readonly text: string }>(items: readonly E[]): E[] {
  const kept: { item: E; size: number }[] = [];
  const holders = new Map<number, number[]>();
  for (const item of items) {
    const own = shingles(item.text);
    const shared = new Map<number, number>();
    for (const shingle of own) {
      for (const holder of holders.get(shingle) ?? []) shared.set(holder, (shared.get(holder) ?? 0) + 1);
    }
    const seen = [...shared].some(
      ([holder, count]) => count / (own.size + (kept[holder]?.size ?? 0) - count) >= 0.5,
    );
    if (seen || own.size === 0) continue;
    for (const shingle of own) {
      const list = holders.get(shingle);
      if (list) list.push(kept.length);
      else holders.set(shingle, [kept.length]);
    }
    kept.push({ item, size: own.size });
  }
  return kept.map(({ item }) => item);
}
