import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import type { Adapter, Classifier } from "@incipit/adapter";
import { ConfigError } from "@incipit/core";
import { fromMemory, type Texts } from "@incipit/data";
import type { PredictCommandOptions } from "../commands/predict.js";
import { chunks } from "./chunks.js";
import { type OpenClassifier, trainedWith, withClassifier, withPrompt } from "./open.js";

/** `incipit predict` */
export async function runPrediction(folder: string, options: PredictCommandOptions): Promise<void> {
  await withPrompt(folder, options, (prompt) =>
    withClassifier(prompt, (classifier) => classifyAll(classifier, options)),
  );
}

async function classifyAll(
  { adapter, classifier }: OpenClassifier,
  options: PredictCommandOptions,
): Promise<void> {
  const source =
    options.text === undefined ? linesOfInput(takesPairs(adapter)) : fromMemory(given(adapter, options));
  const batches = chunks(source, options.batchSize);
  try {
    await pipeline(batches, (texts) => classified(classifier, texts), process.stdout, { end: false });
  } finally {
    // Were the output closed early, a pending read of the input would keep the program alive.
    if (options.text === undefined) process.stdin.destroy();
  }
}

function takesPairs(adapter: Adapter): boolean {
  return typeof trainedWith(adapter, "pairColumn") === "string";
}

/** The texts of the command line. */
function given(adapter: Adapter, { text = [], pair = [] }: PredictCommandOptions): readonly Texts[] {
  if (takesPairs(adapter) !== pair.length > 0) {
    throw new ConfigError(
      takesPairs(adapter)
        ? "This prompt was trained on pairs of texts: give a --pair for each --text."
        : "This prompt was trained on single texts: leave out --pair.",
    );
  }
  return text.map((first, i) => toTexts(first, pair[i]));
}

/** Every line, also an empty one, is a text; of a pair, the second text stands behind a tab. */
async function* linesOfInput(pairs: boolean): AsyncGenerator<Texts> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const tab = pairs ? line.indexOf("\t") : -1;
    yield tab < 0 ? toTexts(line) : toTexts(line.slice(0, tab), line.slice(tab + 1));
  }
}

function toTexts(text: string, pair?: string): Texts {
  return pair === undefined ? { text } : { text, pair };
}

/** A line of JSON for each text. */
async function* classified(
  classifier: Classifier,
  batches: AsyncIterable<readonly Texts[]>,
): AsyncGenerator<string> {
  for await (const texts of batches) {
    const found = await classifier.classify(texts);
    yield found
      .map((classification, i) => `${JSON.stringify({ ...texts[i], ...classification })}\n`)
      .join("");
  }
}
