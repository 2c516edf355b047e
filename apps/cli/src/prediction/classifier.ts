import { restoreClassifier } from "@incipit/adapter";
import { labelIndices, textBatches } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { classificationMetrics, type ClassificationReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import type { Predictor } from "../training/task.js";
import { readOptions } from "./columns.js";
import { type OpenPrompt, restoreOptions, trainedWith } from "./open.js";

/** How well a prompt tells the labels of a file. */
export async function evaluateClassifier(
  { adapter, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<ClassificationReport> {
  const classifier = await restoreClassifier(adapter, backbone, restoreOptions(adapter));
  try {
    const { labels, step, parameters } = classifier;
    const examples = await readData(options.data, readOptions(adapter, options));
    const batches = textBatches({
      encodings: classifier.encode(examples),
      labels: labelIndices(labels, examples, options.data),
      padId: backbone.tokenizer.padId,
      batchSize: EVALUATION_BATCH,
      bucketByLength: true,
    });
    const metric = classificationMetrics({ labels });
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  } finally {
    await classifier.dispose();
  }
}

/** A line of JSON for each text. */
export async function classifierPredictor({ adapter, backbone }: OpenPrompt): Promise<Predictor> {
  const classifier = await restoreClassifier(adapter, backbone, restoreOptions(adapter));
  return {
    pairs: typeof trainedWith(adapter, "pairColumn") === "string",
    async predict(texts) {
      const found = await classifier.classify(texts);
      return found.map((classification, i) => `${JSON.stringify({ ...texts[i], ...classification })}\n`);
    },
    dispose: () => classifier.dispose(),
  };
}
