import type { Ops } from "@incipit/core";
import { scalar } from "../host/create.js";

/** The label of examples that do not count, as in PyTorch. */
export const IGNORED_LABEL = -100;

/**
 * Cross entropy of a softmax as the two scalars that an objective returns; the mean loss is `total / count`.
 *
 *     total = -Σᵢ log softmax(logitsᵢ)[labelsᵢ],  count = number of i,  over labelsᵢ ≠ ignoredLabel
 *
 * @param logits `[batch, labels]`
 * @param labels `[batch]` int64, each in [0, labels) or `ignoredLabel`
 */
export function crossEntropy<T>(
  ops: Ops<T>,
  logits: T,
  labels: T,
  ignoredLabel = IGNORED_LABEL,
): { readonly total: T; readonly count: T } {
  const counts = ops.not(ops.equal(labels, ops.constant(scalar("int64", ignoredLabel))));
  const weights = ops.cast(counts, "float32");
  // An ignored label is no index; any valid one serves, since its weight is 0.
  const indices = ops.where(counts, labels, ops.constant(scalar("int64", 0)));
  const logLikelihoods = ops.reshape(
    ops.gatherElements(ops.logSoftmax(logits, -1), ops.reshape(indices, [-1, 1]), -1),
    [-1],
  );
  return { total: ops.neg(ops.sum(ops.mul(logLikelihoods, weights), [0])), count: ops.sum(weights, [0]) };
}
