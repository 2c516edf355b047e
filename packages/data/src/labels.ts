import { DataError, type Example } from "@incipit/core";
import { type TextExample } from "./example.js";
import { didYouMean, list } from "./suggest.js";

/**
 * The labels that occur, each once, in code-unit order: the same for the same labels, whatever the examples' order. A
 * label's position here is its class index.
 * @param name what errors call this data: the file's name
 * @throws {DataError} when there are fewer than two
 */
export function labelSet(examples: readonly Example[], name = "the data"): readonly string[] {
  const labels = [...new Set(examples.map(({ label }) => label))].sort((a, b) =>
    a < b ? -1 : Number(a > b),
  );
  if (labels.length < 2) {
    const found = labels.length === 0 ? "no example" : `only examples of the label ${list(labels)}`;
    throw new DataError(`${name}: there is ${found}; a classifier needs at least two labels.`, {
      details: { name, labels },
    });
  }
  return labels;
}

/**
 * Each example's class index: the position of its label.
 * @param labels those of training @param name what errors call this data: the file's name
 * @throws {DataError} for a label that is not among them, naming its line (or its place, where there is no line)
 */
export function labelIndices(
  labels: readonly string[],
  examples: readonly TextExample[],
  name = "the data",
): readonly number[] {
  const positions = new Map(labels.map((label, index) => [label, index]));
  return examples.map(({ label, line }, index) => {
    const position = positions.get(label);
    if (position !== undefined) return position;
    const place = line === undefined ? `example ${index + 1}` : `line ${line}`;
    throw new DataError(
      `${name}, ${place}: the label ${JSON.stringify(label)} is not one of those in training, which are ${list(labels)}` +
        (didYouMean(label, labels) || "; remove the example, or train with its label."),
      { details: { name, label, labels, ...(line !== undefined && { line }) } },
    );
  });
}
