/**
 * @file Beam search as transformers has it since version 4.50 (`GenerationMixin._beam_search`): each step continues the best
 * beams by their best tokens; what ends is scored by its length and set aside; the search stops when no running beam can get
 * better than what is set aside.
 */
import type { Decoding } from "@incipit/core";
import { topIndices } from "./choose.js";
import { logitsOf, logSoftmax, type LogitsProcessor } from "./logits.js";

/** What a beam search is told. */
export interface BeamSearchOptions {
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean | "never";
  readonly processors: readonly LogitsProcessor[];
  readonly endIds: ReadonlySet<number>;
  /** Most tokens of each text. */
  readonly limits: readonly number[];
  /** Whether these new tokens of a text end it otherwise than by an end id. */
  readonly stops: (index: number, ids: readonly number[]) => boolean;
}

/** A found text: its new tokens and its score, log probability over length to the power of the length penalty. */
export interface Found {
  readonly index: number;
  readonly ids: readonly number[];
  readonly score: number;
}

/** A text so far: its new tokens and their log probability. */
interface Beam {
  readonly ids: readonly number[];
  readonly score: number;
  /** The row of the decoding that it goes on from. */
  readonly row: number;
}

/** The search for one text. */
interface Search {
  readonly index: number;
  /** The best first. */
  readonly running: readonly Beam[];
  /** The best first, as many as there are beams at most. */
  readonly found: readonly Found[];
  readonly done: boolean;
}

/** The best text for each of those in `start`, as they are found. */
export async function* beamSearch(start: Decoding, options: BeamSearchOptions): AsyncGenerator<Found> {
  let decoding = start;
  let searches = start.ids.map((_, index): Search => {
    return { index, running: [{ ids: [], score: 0, row: index }], found: [], done: false };
  });
  for (;;) {
    searches = searches.map((search) => advance(search, decoding, options));
    for (const { done, found } of searches) if (done && found[0] !== undefined) yield found[0];
    searches = searches.filter((search) => !search.done);
    if (searches.length === 0) return;
    const beams = searches.flatMap((search) => search.running);
    decoding = await decoding
      .select(beams.map((beam) => beam.row))
      .next(beams.map((beam) => beam.ids.at(-1) ?? 0));
    let row = 0;
    searches = searches.map((search) => ({
      ...search,
      running: search.running.map((beam) => ({ ...beam, row: row++ })),
    }));
  }
}

/** One token more. */
function advance(search: Search, decoding: Decoding, options: BeamSearchOptions): Search {
  const { index, found } = search;
  const { beams, lengthPenalty, earlyStopping, endIds, limits, stops } = options;
  const limit = limits[index] ?? 1;
  // So many that enough go on even if the best all end.
  const candidates = continuations(search.running, decoding, options, Math.max(2, 1 + endIds.size) * beams);
  const ends = ({ ids }: Beam) => ids.length === limit || endIds.has(ids.at(-1) ?? -1) || stops(index, ids);
  const ended = candidates.map(ends);
  const running = candidates.filter((_, i) => ended[i] !== true).slice(0, beams);

  const scored = ({ ids, score }: Beam): Found => ({
    index,
    ids,
    score: score / ids.length ** lengthPenalty,
  });
  const added = candidates.filter((_, i) => i < beams && ended[i] === true).map(scored);
  const best = [...found, ...added].sort((a, b) => b.score - a.score).slice(0, beams);

  const [front] = running;
  if (front === undefined) return { index, running, found: best, done: true };
  if (best.length < beams) return { index, running, found: best, done: false };
  const length = earlyStopping === "never" && lengthPenalty > 0 ? limit : front.ids.length;
  const improves = front.score / length ** lengthPenalty > (best.at(-1)?.score ?? -Infinity);
  return { index, running, found: best, done: !improves || earlyStopping === true };
}

/** The `count` best continuations of these beams by one token, the best first. */
function continuations(
  running: readonly Beam[],
  decoding: Decoding,
  { processors }: BeamSearchOptions,
  count: number,
): readonly Beam[] {
  return running
    .flatMap((beam): readonly Beam[] => {
      const scores = processors.reduce(
        (values, process) => process(values, decoding.ids[beam.row] ?? []),
        logSoftmax(logitsOf(decoding, beam.row)),
      );
      return topIndices(scores, count).map((id) => ({
        ids: [...beam.ids, id],
        score: beam.score + (scores[id] ?? -Infinity),
        row: beam.row,
      }));
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}
