import { DataError } from "@incipit/core";
import { type PairMetric } from "./pair-metric.js";

/**
 * A streaming metric of texts: of each example the predicted text, and one or more references that it is compared with;
 * out come named values over everything seen.
 */
export type TextMetric<Values = Readonly<Record<string, number>>> = PairMetric<
  string,
  readonly string[],
  Values
>;

/** A comparison of a text with its references that refuses to have none. */
export function withReferences<Result>(
  name: string,
  compare: (prediction: string, references: readonly string[]) => Result,
): (prediction: string, references: readonly string[], example: number) => Result {
  return (prediction, references, example) => {
    if (references.length === 0) {
      throw new DataError(
        `${name}: example ${example} of the update has no reference; it needs one or more.`,
        {
          details: { example },
        },
      );
    }
    return compare(prediction, references);
  };
}
