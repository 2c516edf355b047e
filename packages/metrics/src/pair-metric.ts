import { DataError } from "@incipit/core";

/** A streaming metric over pairs: what was predicted, and what it is compared with. */
export interface PairMetric<Prediction, Reference, Values = Readonly<Record<string, number>>> {
  /** Adds examples. @throws {DataError} when the lists differ in length, or an example cannot be scored */
  update(predictions: readonly Prediction[], references: readonly Reference[]): void;
  /** Over everything seen so far. @throws {DataError} before the first example */
  values(): Values;
}

/** A metric that is a function of a sum over examples, so neither their order nor their batches matter. */
export interface Fold<Prediction, Reference, Total, Values> {
  /** Who speaks in error messages. */
  readonly name: string;
  /** What one example adds; `example` is its place among those of the update. */
  readonly statistics: (prediction: Prediction, reference: Reference, example: number) => Total;
  readonly add: (a: Total, b: Total) => Total;
  readonly values: (total: Total, examples: number) => Values;
}

/** The streaming metric of a fold. An update that throws leaves it as it was. */
export function foldMetric<Prediction, Reference, Total, Values>(
  fold: Fold<Prediction, Reference, Total, Values>,
): PairMetric<Prediction, Reference, Values> {
  const { name, statistics, add, values } = fold;
  let seen: { readonly total: Total; readonly examples: number } | undefined;
  return {
    update: (predictions, references) => {
      if (predictions.length !== references.length) {
        throw new DataError(
          `${name}: ${predictions.length} predictions but references for ${references.length} examples; there must be ` +
            `references for each prediction.`,
        );
      }
      const added = predictions.map((prediction, example) =>
        statistics(prediction, references[example] as Reference, example),
      );
      for (const total of added) {
        seen =
          seen === undefined
            ? { total, examples: 1 }
            : { total: add(seen.total, total), examples: seen.examples + 1 };
      }
    },
    values: () => {
      if (seen === undefined) {
        throw new DataError(`${name}: there are no predictions yet; call update with at least one example.`);
      }
      return values(seen.total, seen.examples);
    },
  };
}

/** The streaming metric whose values are means over examples. */
export function meanMetric<Prediction, Reference, Values extends Readonly<Record<string, number>>>(
  name: string,
  scores: (prediction: Prediction, reference: Reference, example: number) => Values,
): PairMetric<Prediction, Reference, Values> {
  const combine = (a: Values, value: (key: string) => number) =>
    Object.fromEntries(Object.keys(a).map((key) => [key, value(key)])) as Values;
  return foldMetric({
    name,
    statistics: scores,
    add: (a, b) => combine(a, (key) => (a[key] ?? 0) + (b[key] ?? 0)),
    values: (total, examples) => combine(total, (key) => (total[key] ?? 0) / examples),
  });
}

/** The sum of two lists of statistics, entry by entry. */
export function addLists(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, index) => value + (b[index] ?? 0));
}
