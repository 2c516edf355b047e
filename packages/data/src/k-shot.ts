import { ConfigError, DataError, type Example, type Random } from "@incipit/core";
import { sample } from "@incipit/tensor";
import { pick, strata } from "./strata.js";

/**
 * `k` examples of each label, drawn without replacement, in their original order. Which ones are drawn of a label does not
 * depend on the other labels.
 * @throws {ConfigError} when `k` is not a whole number of 1 or more @throws {DataError} when a label has fewer than `k`
 */
export function kShot<E extends Pick<Example, "label">>(
  examples: readonly E[],
  k: number,
  random: Random,
): E[] {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new ConfigError(`kShot: k must be a whole number of 1 or more, got ${k}.`, { details: { k } });
  }
  const drawn = strata(examples).flatMap(([label, positions]) => {
    if (positions.length < k) {
      throw new DataError(
        `kShot: there are ${positions.length} examples of the label ${JSON.stringify(label)}, fewer than ${k}; choose a smaller k.`,
        { details: { label, examples: positions.length, k } },
      );
    }
    return sample(random.stream(`k-shot ${label}`), positions, k);
  });
  return pick(examples, drawn);
}
