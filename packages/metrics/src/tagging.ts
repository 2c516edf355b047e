import { DataError } from "@incipit/core";
import { ratio, sum } from "./confusion.js";
import { type Entity, entities, type TaggingScheme } from "./entities.js";
import { type ClassScores, countScores } from "./f1.js";
import { foldMetric, type PairMetric } from "./pair-metric.js";

/** What `taggingMetric` gives, each from 0 to 1. Of entities, but for the accuracy. */
export interface TaggingValues extends Readonly<Record<string, number>> {
  /** Over all entities together (micro average), as are `recall` and `f1`. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Mean over the types that occur, marked or predicted, as are `macroRecall` and `macroF1`. */
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
  /** Share of tokens with the right tag. */
  readonly accuracy: number;
}

/** Everything there is to know of a tagger's predictions. */
export interface TaggingReport {
  readonly values: TaggingValues;
  /** By name. */
  readonly types: readonly (ClassScores & { readonly type: string })[];
}

/** The metric of a tagger: of each text the predicted tags, and the right ones. */
export interface TaggingMetric extends PairMetric<readonly string[], readonly string[], TaggingValues> {
  report(): TaggingReport;
}

/** Of one type: entities found rightly, entities predicted, entities there are. */
type Counts = readonly [correct: number, predicted: number, support: number];

interface Tally {
  readonly tokens: number;
  readonly rightTokens: number;
  readonly types: ReadonlyMap<string, Counts>;
}

/**
 * Precision, recall and F1 of the entities that tags mark, as seqeval computes them: an entity is right if its type and both
 * its ends are. A quotient by zero is 0.
 *
 * `update` throws {DataError} when a text's lists of tags differ in length, or a tag is none (see `entities`).
 * @param options strict: count only what this scheme allows, seqeval's mode `strict`; lenient without it
 */
export function taggingMetric(options: { readonly strict?: TaggingScheme } = {}): TaggingMetric {
  const metric = foldMetric({
    name: "taggingMetric",
    statistics: (predicted: readonly string[], right: readonly string[], example) => {
      if (predicted.length !== right.length) {
        throw new DataError(
          `taggingMetric: example ${example} of the update has ${predicted.length} predicted tags for ${right.length} ` +
            `tokens; there must be one for each.`,
          { details: { example } },
        );
      }
      return {
        tokens: right.length,
        rightTokens: right.filter((tag, position) => tag === predicted[position]).length,
        types: typeCounts(entities(predicted, options.strict), entities(right, options.strict)),
      };
    },
    add: addTallies,
    values: report,
  });
  return {
    update: (predictions, references) => {
      metric.update(predictions, references);
    },
    values: () => metric.values().values,
    report: () => metric.values(),
  };
}

function typeCounts(predicted: readonly Entity[], right: readonly Entity[]): Tally["types"] {
  const places = new Set(right.map(place));
  const counts = new Map<string, Counts>();
  const add = (type: string, more: Counts) => counts.set(type, addCounts(counts.get(type), more));
  for (const entity of predicted) add(entity.type, [Number(places.has(place(entity))), 1, 0]);
  for (const entity of right) add(entity.type, [0, 0, 1]);
  return counts;
}

function place({ type, start, end }: Entity): string {
  return `${start} ${end} ${type}`;
}

function addCounts(a: Counts = [0, 0, 0], b: Counts): Counts {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function addTallies(a: Tally, b: Tally): Tally {
  const types = new Map(a.types);
  for (const [type, counts] of b.types) types.set(type, addCounts(types.get(type), counts));
  return { tokens: a.tokens + b.tokens, rightTokens: a.rightTokens + b.rightTokens, types };
}

function report({ tokens, rightTokens, types }: Tally): TaggingReport {
  const scores = Array.from(types, ([type, counts]) => ({ type, ...countScores(...counts) }));
  const all = Array.from(types.values()).reduce<Counts>(addCounts, [0, 0, 0]);
  const { precision, recall, f1 } = countScores(...all);
  const mean = (name: "precision" | "recall" | "f1") =>
    ratio(sum(scores.map((of) => of[name])), scores.length);
  return {
    values: {
      precision,
      recall,
      f1,
      macroPrecision: mean("precision"),
      macroRecall: mean("recall"),
      macroF1: mean("f1"),
      accuracy: ratio(rightTokens, tokens),
    },
    types: scores.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
  };
}
