import type { Random } from "@incipit/core";
import { softmax } from "./logits.js";

/** The most probable token; of equals the first. */
export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) {
    if ((logits[id] ?? -Infinity) > (logits[best] ?? -Infinity)) best = id;
  }
  return best;
}

/** A token drawn with its probability. */
export function drawn(logits: Float32Array, random: Random): number {
  const probabilities = softmax(logits);
  const point = random.uniform();
  let below = 0;
  const id = probabilities.findIndex((probability) => (below += probability) > point);
  // Rounding may leave the sum of all short of the point.
  return id >= 0 ? id : mostProbable(logits);
}

/** The `count` largest values' indices, the largest first. */
export function topIndices(values: Float32Array, count: number): readonly number[] {
  const top: number[] = [];
  const at = (index: number | undefined) => (index === undefined ? -Infinity : (values[index] ?? -Infinity));
  for (let i = 0; i < values.length; i++) {
    if (top.length === count && at(i) <= at(top.at(-1))) continue;
    if (top.length === count) top.pop();
    const place = top.findIndex((index) => at(i) > at(index));
    top.splice(place < 0 ? top.length : place, 0, i);
  }
  return top;
}
