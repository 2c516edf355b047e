/** @file How option values are read, and the options that several commands share. */
import { basename, dirname, join } from "node:path";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { dtypes } from "@incipit/backbone-transformers/dtype";
import { precisions } from "./backbone.js";

/** A parser of whole numbers of at least `least`. */
export function whole(least: number): (text: string) => number {
  return numberParser(
    `a whole number of at least ${least}`,
    (value) => Number.isSafeInteger(value) && value >= least,
  );
}

/** A whole number of at least 1, or `off`. */
export function wholeOrOff(text: string): number | false {
  return text === "off" ? false : whole(1)(text);
}

/** A finite number above 0. */
export const positive = numberParser("a number above 0", (value) => Number.isFinite(value) && value > 0);

/** A finite number of at least 0. */
export const fromZero = numberParser(
  "a number of at least 0",
  (value) => Number.isFinite(value) && value >= 0,
);

/** A number above 0, at most 1. */
export const probability = numberParser("a number above 0 and at most 1", (value) => value > 0 && value <= 1);

/** A number from 0 to below 1. */
export const fraction = numberParser("a number from 0 to below 1", (value) => value >= 0 && value < 1);

/** A fraction of all updates, or a number of them. */
export const warmup = numberParser(
  "a fraction below 1 or a whole number of updates",
  (value) => value >= 0 && (value < 1 || Number.isSafeInteger(value)),
);

function numberParser(expected: string, isValid: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (isValid(value)) return value;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** The path of a folder, without a slash at the end. */
export function folder(path: string): string {
  if (path.trim() === "") throw new InvalidArgumentError("Expected the name of a folder.");
  return join(dirname(path), basename(path));
}

/** The path of a folder, or `off`. */
export function folderOrOff(path: string): string | false {
  return path === "off" ? false : folder(path);
}

/** What virtual tokens start from. */
export type Init = "labels" | "vocabulary" | "random" | `text:${string}`;

/** The value of `--init`. */
export function init(text: string): Init {
  if (text === "labels" || text === "vocabulary" || text === "random") return text;
  if (isText(text)) return text;
  throw new InvalidArgumentError('Allowed choices are text:"…", labels, vocabulary, random.');
}

function isText(value: string): value is `text:${string}` {
  return value.startsWith("text:") && value.trim() !== "text:";
}

/** Adds one `label=description` to those before it. */
export function description(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [label = "", ...rest] = text.split("=");
  const words = rest.join("=").trim();
  if (label.trim() === "" || words === "") {
    throw new InvalidArgumentError('Expected label="description".');
  }
  return { ...previous, [label.trim()]: words };
}

/** Adds the words of one label, given as `label=word,word`, to those before. */
export function labelWords(
  text: string,
  previous: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  const [label = "", ...rest] = text.split("=");
  const words = rest
    .join("=")
    .split(",")
    .map((word) => word.trim());
  if (label.trim() === "" || words.includes(""))
    throw new InvalidArgumentError('Expected label="word,word".');
  return { ...previous, [label.trim()]: words };
}

/** Adds a value to those before it. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

// Made anew for each command: adding an option to a command changes it.

/** `--model` */
export function model() {
  return new Option(
    "--model <folder or id>",
    "a folder in the hub's layout (config.json, tokenizer.json, onnx/model.onnx), or a model's id on the Hugging Face hub " +
      "(default: the embedded encoder)",
  );
}

/** `--dtype` */
export function dtype() {
  return new Option(
    "--dtype <dtype>",
    "which of the model's files, by what its weights are stored in (default: as in training, or else the model's usual one)",
  ).choices(dtypes);
}

/** `--precision` */
export function precision() {
  return new Option(
    "--precision <kind>",
    "what products with the frozen weights are computed in; int8: faster on most processors, all is rounded to 8 bits " +
      "(default: as in training, or else as the model comes)",
  ).choices(precisions);
}

/** `--offline` */
export function offline() {
  return new Option("--offline", "download nothing: a model's id stands for what is in the cache");
}

/** `--threads` */
export function threads() {
  return new Option("--threads <n>", "CPU threads (default: one for each core)").argParser(whole(1));
}

/** `--json` */
export function json() {
  return new Option("--json", "print the result as JSON, for programs");
}

/** `--pair-column` */
export function pairColumn() {
  return new Option(
    "--pair-column <name>",
    "column of a second text, for tasks over pairs (default: other, with --task similarity)",
  );
}

/** `--score-column` */
export function scoreColumn() {
  return new Option(
    "--score-column <name>",
    "for --task similarity: column of how alike a pair is, from -1 to 1 (default: score, where there is one)",
  );
}

/** `--no-quotes` */
export function noQuotes() {
  return new Option("--no-quotes", 'read " in CSV and TSV files as an ordinary character');
}
