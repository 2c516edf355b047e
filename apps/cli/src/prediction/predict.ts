import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { ConfigError } from "@incipit/core";
import { fromMemory, type Texts } from "@incipit/data";
import type { PredictCommandOptions } from "../commands/predict.js";
import type { Predictor } from "../training/task.js";
import { taskOf } from "../training/tasks.js";
import { chunks } from "./chunks.js";
import { withPrompt } from "./open.js";

/** `incipit predict` */
export async function runPrediction(folder: string, options: PredictCommandOptions): Promise<void> {
  await withPrompt(folder, options, async (prompt) => {
    const predictor = await taskOf(prompt.adapter).predictor?.(prompt, options);
    if (predictor === undefined) {
      throw new ConfigError(
        "This prompt was trained to generate text, not to tell labels; use incipit generate --prompt.",
      );
    }
    try {
      await predictAll(predictor, options);
    } finally {
      await predictor.dispose();
    }
  });
}

async function predictAll(predictor: Predictor, options: PredictCommandOptions): Promise<void> {
  const { pairs } = predictor;
  const source = options.text === undefined ? linesOfInput(pairs) : fromMemory(given(pairs, options));
  const batches = chunks(source, options.batchSize);
  try {
    await pipeline(batches, (texts) => predicted(predictor, texts), process.stdout, { end: false });
  } finally {
    // Were the output closed early, a pending read of the input would keep the program alive.
    if (options.text === undefined) process.stdin.destroy();
  }
}

/** The texts of the command line. */
function given(pairs: Predictor["pairs"], { text = [], pair = [] }: PredictCommandOptions): readonly Texts[] {
  if (pairs !== "optional" && pairs !== pair.length > 0) {
    throw new ConfigError(
      pairs
        ? "This prompt was trained on pairs of texts: give a --pair for each --text."
        : "This prompt was trained on single texts: leave out --pair.",
    );
  }
  return text.map((first, i) => toTexts(first, pair[i]));
}

/** Every line, also an empty one, is a text; of a pair, the second text stands behind a tab. */
async function* linesOfInput(pairs: Predictor["pairs"]): AsyncGenerator<Texts> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const tab = pairs === false ? -1 : line.indexOf("\t");
    yield tab < 0 ? toTexts(line) : toTexts(line.slice(0, tab), line.slice(tab + 1));
  }
}

function toTexts(text: string, pair?: string): Texts {
  return pair === undefined ? { text } : { text, pair };
}

async function* predicted(
  predictor: Predictor,
  batches: AsyncIterable<readonly Texts[]>,
): AsyncGenerator<string> {
  for await (const texts of batches) yield (await predictor.predict(texts)).join("");
}
