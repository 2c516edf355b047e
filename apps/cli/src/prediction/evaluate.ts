import { type Adapter, restoreStep, textLength } from "@incipit/adapter";
import { type DelimitedOptions, labelIndices, textBatches } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { causalLanguageModel } from "@incipit/heads";
import { classificationMetrics, type ClassificationReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { languageBatches, languageMetric, type LanguageReport, predictingLoss } from "../language-model.js";
import { formatReport, type Report } from "../report.js";
import {
  type OpenClassifier,
  type OpenPrompt,
  taskOf,
  trainedWith,
  withClassifier,
  withPrompt,
} from "./open.js";

/** `incipit eval` */
export async function runEvaluation(folder: string, options: EvalCommandOptions): Promise<void> {
  const report = await withPrompt<Report>(folder, options, (prompt) =>
    taskOf(prompt.adapter) === "generate"
      ? evaluateGenerator(prompt, options)
      : withClassifier(prompt, (classifier) => evaluateClassifier(classifier, options)),
  );
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report, options.data));
}

async function evaluateClassifier(
  { adapter, backbone, classifier }: OpenClassifier,
  options: EvalCommandOptions,
): Promise<ClassificationReport> {
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
}

async function evaluateGenerator(
  { adapter, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<LanguageReport> {
  const reading = readOptions(adapter, options);
  const examples = await readData(options.data, { ...reading, labelColumn: reading.textColumn });
  const trained = trainedWith(adapter, "maxLength");
  const maxLength = typeof trained === "number" ? trained : textLength(adapter, backbone);
  const batches = languageBatches(backbone.tokenizer, examples, { maxLength, batchSize: EVALUATION_BATCH });
  const step = await restoreStep(adapter, backbone, { objective: causalLanguageModel(), trainable: [] });
  try {
    const metric = languageMetric();
    await evaluate({ step: predictingLoss(step), parameters: adapter.parameters, batches, metric });
    return metric.report();
  } finally {
    await step.dispose();
  }
}

/** The columns are those of training unless others are named. */
function readOptions(
  adapter: Adapter,
  options: EvalCommandOptions,
): DelimitedOptions & { readonly textColumn: string } {
  const column = (name: "textColumn" | "labelColumn" | "pairColumn") => {
    const chosen = options[name] ?? trainedWith(adapter, name);
    return typeof chosen === "string" ? { [name]: chosen } : {};
  };
  return {
    quotes: options.quotes && trainedWith(adapter, "quotes") !== false,
    textColumn: "text",
    ...column("textColumn"),
    ...column("labelColumn"),
    ...column("pairColumn"),
  };
}
