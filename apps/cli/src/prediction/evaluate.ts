import { type Adapter, restoreStep, textLength } from "@incipit/adapter";
import { type DelimitedOptions, labelIndices, textBatches } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { causalLanguageModel, sequenceToSequence } from "@incipit/heads";
import { classificationMetrics, type ClassificationReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import {
  answerBatches,
  languageBatches,
  languageMetric,
  type LanguageReport,
  predictingLoss,
} from "../language-model.js";
import { formatReport, type Report } from "../report.js";
import {
  type OpenClassifier,
  type OpenPrompt,
  isGenerator,
  taskOf,
  trainedWith,
  withClassifier,
  withPrompt,
} from "./open.js";

/** `incipit eval` */
export async function runEvaluation(folder: string, options: EvalCommandOptions): Promise<void> {
  const report = await withPrompt<Report>(folder, options, (prompt) =>
    isGenerator(prompt.adapter)
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
  const answers = taskOf(adapter) === "seq2seq";
  const { targetColumn, ...reading } = readOptions(adapter, options);
  const labelColumn = answers ? targetColumn : reading.textColumn;
  const examples = await readData(options.data, { ...reading, labelColumn });
  const trained = trainedWith(adapter, "maxLength");
  const maxLength = typeof trained === "number" ? trained : textLength(adapter, backbone);
  const order = { batchSize: EVALUATION_BATCH };
  const batches = answers
    ? answerBatches(backbone, { maxLength })(examples, order)
    : languageBatches(backbone.tokenizer, examples, { maxLength, ...order });
  const objective = answers ? sequenceToSequence() : causalLanguageModel();
  const step = await restoreStep(adapter, backbone, { objective, trainable: [] });
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
): DelimitedOptions & { readonly textColumn: string; readonly targetColumn: string } {
  const column = (name: "textColumn" | "labelColumn" | "pairColumn" | "targetColumn") => {
    const chosen = options[name] ?? trainedWith(adapter, name);
    return typeof chosen === "string" ? { [name]: chosen } : {};
  };
  return {
    quotes: options.quotes && trainedWith(adapter, "quotes") !== false,
    textColumn: "text",
    targetColumn: "target",
    ...column("targetColumn"),
    ...column("textColumn"),
    ...column("labelColumn"),
    ...column("pairColumn"),
  };
}
