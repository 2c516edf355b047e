import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { labelIndices, labelSet, stratifiedSplit, type TextExample } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { seededRandom } from "@incipit/tensor";
import type { TrainCommandOptions } from "../commands/train.js";
import { defaults } from "../defaults.js";

/** Examples, and the index of each one's label; none where the task knows no labels of examples. */
export interface Part<E> {
  readonly examples: readonly E[];
  readonly labels: readonly number[];
}

/** Texts, and the index of each one's label. */
export type LabelledTexts = Part<TextExample>;

/** A file that a prompt was made from. */
export interface SourceFile {
  readonly file: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Everything to train on and to evaluate by. */
export interface TrainingData<E = unknown> {
  /** What the classes are called, by index; none where the task knows no labels. */
  readonly labels: readonly string[];
  readonly train: Part<E>;
  /** Held out of the training data. */
  readonly validation: Part<E> | undefined;
  readonly test: Part<E> | undefined;
  readonly sources: readonly SourceFile[];
}

/**
 * Read the labelled texts of a run, and hold out what the best parameters are chosen by.
 * @throws {ConfigError} when a column is missing
 * @throws {DataError} when a file cannot be used, has one label only, or the test data has a label that training lacks
 */
export async function readLabelledTexts(options: TrainCommandOptions): Promise<TrainingData<TextExample>> {
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
export function readTexts(
  options: TrainCommandOptions,
  targetColumn: string,
): Promise<TrainingData<TextExample>> {
  return readExamples(options, (path) => readData(path, { ...options, labelColumn: targetColumn }));
}

/**
 * Read examples that have no labels, or not one each, and hold out what the best parameters are chosen by.
 * @throws all that `read` throws
 */
export async function readExamples<E>(
  options: TrainCommandOptions,
  read: (path: string) => Promise<readonly E[]>,
): Promise<TrainingData<E>> {
  const part = (examples: readonly E[]): Part<E> => ({ examples, labels: [] });
  // No two need be alike: the share held out is one of them all.
  const alike = (await read(options.data)).map((example) => ({ label: "", example }));
  const { train, validation } = holdOut(alike, options);
  const examplesOf = (held: readonly (typeof alike)[number][]) => held.map(({ example }) => example);
  return {
    labels: [],
    train: part(examplesOf(train)),
    validation: validation.length === 0 ? undefined : part(examplesOf(validation)),
    test: options.testData === undefined ? undefined : part(await read(options.testData)),
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
