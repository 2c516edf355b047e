import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { labelIndices, labelSet, stratifiedSplit, type TextExample } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { seededRandom } from "@incipit/tensor";
import type { TrainCommandOptions } from "../commands/train.js";
import { defaults } from "../defaults.js";

/** Texts, and the index of each one's label; none where the task knows no labels. */
export interface LabelledTexts {
  readonly examples: readonly TextExample[];
  readonly labels: readonly number[];
}

/** A file that a prompt was made from. */
export interface SourceFile {
  readonly file: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Everything to train on and to evaluate by. */
export interface TrainingData {
  /** What the classes are called, by index; none where the task knows no labels. */
  readonly labels: readonly string[];
  readonly train: LabelledTexts;
  /** Held out of the training data. */
  readonly validation: LabelledTexts | undefined;
  readonly test: LabelledTexts | undefined;
  readonly sources: readonly SourceFile[];
}

/**
 * Read the labelled texts of a run, and hold out what the best parameters are chosen by.
 * @throws {ConfigError} when a column is missing
 * @throws {DataError} when a file cannot be used, has one label only, or the test data has a label that training lacks
 */
export async function readLabelledTexts(options: TrainCommandOptions): Promise<TrainingData> {
  const examples = await readData(options.data, options);
  const test = options.testData === undefined ? undefined : await readData(options.testData, options);
  const labels = labelSet(examples, options.data);
  const indexed = (part: readonly TextExample[], name = options.data): LabelledTexts => ({
    examples: part,
    labels: labelIndices(labels, part, name),
  });
  const { train, validation } = holdOut(examples, options);
  return {
    labels,
    train: indexed(train),
    validation: validation.length === 0 ? undefined : indexed(validation),
    test: test && indexed(test, options.testData),
    sources: [await describe(options.data)],
  };
}

/**
 * Read texts that are to be predicted, or answered, and hold out what the best parameters are chosen by.
 * @param targetColumn where the label of an example is: what is to be predicted of it
 * @throws {ConfigError} when a column is missing
 * @throws {DataError} when a file cannot be used
 */
export async function readTexts(options: TrainCommandOptions, targetColumn: string): Promise<TrainingData> {
  const read = (path: string) => readData(path, { ...options, labelColumn: targetColumn });
  const unlabelled = (examples: readonly TextExample[]): LabelledTexts => ({ examples, labels: [] });
  // No two need have the same target: the share held out is one of them all.
  const alike = (await read(options.data)).map((example) => ({ label: "", example }));
  const { train, validation } = holdOut(alike, options);
  const examplesOf = (part: readonly (typeof alike)[number][]) => part.map(({ example }) => example);
  return {
    labels: [],
    train: unlabelled(examplesOf(train)),
    validation: validation.length === 0 ? undefined : unlabelled(examplesOf(validation)),
    test: options.testData === undefined ? undefined : unlabelled(await read(options.testData)),
    sources: [await describe(options.data)],
  };
}

function holdOut<E extends Pick<TextExample, "label">>(
  examples: readonly E[],
  { validation = defaultShare(examples.length), seed }: TrainCommandOptions,
): Readonly<Record<"train" | "validation", readonly E[]>> {
  if (validation === 0) return { train: examples, validation: [] };
  const random = seededRandom(seed).stream("validation");
  return stratifiedSplit(examples, { train: 1 - validation, validation }, random);
}

function defaultShare(examples: number): number {
  return Math.floor(examples * defaults.validation) < defaults.leastHeldOut ? 0 : defaults.validation;
}

async function describe(path: string): Promise<SourceFile> {
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return { file: basename(path), sha256 };
}
