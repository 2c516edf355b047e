/** @file Modules of the base model that were trained with a prompt, told by the ends of their names as PEFT does. */
import type { Parameters } from "@incipit/core";

/** The outermost module of a weight, e.g. `bert.pooler` of `bert.pooler.dense.weight`, whose name ends with one of these. */
export function modulePath(weight: string, ends: readonly string[]): string | undefined {
  const segments = weight.split(".").slice(0, -1);
  return segments
    .map((_, index) => segments.slice(0, index + 1).join("."))
    .find((path) => ends.some((end) => path.endsWith(end)));
}

/** The paths of all such modules, each by itself: parameters of the base model are called as in PEFT. */
export function modulePaths(
  names: readonly string[],
  ends: readonly string[],
): Readonly<Record<string, string>> {
  const paths = names.flatMap((name) => modulePath(name, ends) ?? []);
  return Object.fromEntries(paths.map((path) => [path, path]));
}

/** The parameters that are weights of these modules, or are named themselves. */
export function moduleWeights(parameters: Parameters, ends: readonly string[] = []): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name]) => ends.includes(name) || modulePath(name, ends) !== undefined,
    ),
  );
}
