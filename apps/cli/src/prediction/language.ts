import { restoreStep, textLength } from "@incipit/adapter";
import type { BatchSource, Objective } from "@incipit/core";
import type { TextExample } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { causalLanguageModel, sequenceToSequence } from "@incipit/heads";
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
import { scoreAnswers } from "./answers.js";
import { readOptions } from "./columns.js";
import { type OpenPrompt, trainedLength } from "./open.js";

/** How probable the texts of a file are. */
export async function evaluateTexts(
  prompt: OpenPrompt,
  options: EvalCommandOptions,
): Promise<LanguageReport> {
  const { examples, maxLength } = await read("textColumn", prompt, options);
  const { tokenizer } = prompt.backbone;
  const batches = languageBatches(tokenizer, examples, { maxLength, batchSize: EVALUATION_BATCH });
  return reportOn(prompt, causalLanguageModel(), batches);
}

/** How probable the answers of a file are and, where not only that is asked for, how those agree with them that are generated. */
export async function evaluateAnswers(
  prompt: OpenPrompt,
  options: EvalCommandOptions,
): Promise<LanguageReport> {
  const { adapter, backbone } = prompt;
  const { examples, maxLength } = await read("targetColumn", prompt, options);
  const batches = answerBatches(backbone, { maxLength })(examples, { batchSize: EVALUATION_BATCH });
  const report = await reportOn(prompt, sequenceToSequence(), batches);
  if (options.lossOnly) return report;
  const answers = await scoreAnswers(adapter, backbone, examples, maxLength);
  return { ...report, values: { ...report.values, ...answers } };
}

/** The examples of a file, labelled by what is to be predicted of them. */
async function read(
  column: "textColumn" | "targetColumn",
  { adapter, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<{ readonly examples: readonly TextExample[]; readonly maxLength: number }> {
  const reading = readOptions(adapter, options);
  const examples = await readData(options.data, { ...reading, labelColumn: reading[column] });
  return { examples, maxLength: trainedLength(adapter) ?? textLength(adapter, backbone) };
}

async function reportOn(
  { adapter, backbone }: OpenPrompt,
  objective: Objective,
  batches: BatchSource,
): Promise<LanguageReport> {
  const step = await restoreStep(adapter, backbone, { objective, trainable: [] });
  try {
    const metric = languageMetric();
    const { parameters } = adapter;
    await evaluate({ step: predictingLoss(step), parameters, batches, metric });
    return metric.report();
  } finally {
    await step.dispose();
  }
}
