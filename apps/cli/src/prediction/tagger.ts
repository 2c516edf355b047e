import { restoreTagger } from "@incipit/adapter";
import { tagIndices } from "@incipit/data";
import { readTagged } from "@incipit/data/node";
import { tokenMetrics, type TokenReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import type { PredictCommandOptions } from "../commands/predict.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { taggedBatches } from "../tagging.js";
import type { Predictor } from "../training/task.js";
import { type OpenPrompt, restoreOptions } from "./open.js";

/** How well a prompt tags the words of a file. */
export async function evaluateTagger(
  { adapter, backbone: { tokenizer }, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<TokenReport> {
  const tagger = await restoreTagger(adapter, backbone, restoreOptions(adapter));
  try {
    const { labels, maxLength, step, parameters } = tagger;
    const sentences = await readTagged(options.data);
    tagIndices(labels, sentences, options.data);
    const order = { batchSize: EVALUATION_BATCH };
    const batches = taggedBatches(sentences, { tokenizer, tags: labels, maxLength, ...order });
    const metric = tokenMetrics({ labels });
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  } finally {
    await tagger.dispose();
  }
}

/** For each text its words between blanks, each with its tag: a line for each, and a blank one behind them; or all as a line of JSON. */
export async function taggerPredictor(
  { adapter, backbone }: OpenPrompt,
  { json }: PredictCommandOptions,
): Promise<Predictor> {
  const tagger = await restoreTagger(adapter, backbone, restoreOptions(adapter));
  return {
    pairs: false,
    async predict(texts) {
      const sentences = texts.map(({ text }) => text.split(/\s+/u).filter((word) => word !== ""));
      const found = await tagger.tag(sentences);
      return sentences.map((tokens, i) => {
        const tags = found[i] ?? [];
        return json
          ? `${JSON.stringify({ tokens, tags })}\n`
          : `${tokens.map((word, position) => `${word}\t${tags[position] ?? ""}\n`).join("")}\n`;
      });
    },
    dispose: () => tagger.dispose(),
  };
}
