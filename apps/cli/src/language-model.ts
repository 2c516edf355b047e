/** @file Language models judged by their loss, which their own graph computes: logits for every word would be far more to move. */
import {
  type BackboneInfo,
  type BatchSource,
  ConfigError,
  type Metric,
  type NamedTensors,
  type Tokenizer,
  type TrainStep,
} from "@incipit/core";
import {
  encodeExamples,
  languageModelLabels,
  type OrderOptions,
  sequenceBatches,
  textBatches,
  type TextExample,
  type Texts,
} from "@incipit/data";
import { perplexityMetric, type PerplexityValues } from "@incipit/metrics";
import { named, zeros } from "@incipit/tensor";
import type { AnswerValues } from "./prediction/answers.js";

/** How well a language model predicts texts and, where it answers texts, how well its answers agree with those given. */
export interface LanguageReport {
  /** How many were predicted. */
  readonly tokens: number;
  readonly values: PerplexityValues & Partial<AnswerValues>;
}

/** Batches of texts whose tokens are to be predicted. */
export function languageBatches(
  tokenizer: Tokenizer,
  texts: readonly Texts[],
  { maxLength, ...order }: OrderOptions & { readonly maxLength: number },
): BatchSource {
  const encodings = encodeExamples(tokenizer, texts, { maxLength });
  const labels = languageModelLabels(tokenizer, encodings);
  return textBatches({ encodings, labels, padId: tokenizer.padId, bucketByLength: true, ...order });
}

/**
 * Batches of texts whose labels are the answers to be predicted.
 * @throws {ConfigError} when the model is no encoder-decoder, or does not say what its decoder reads first
 */
export function answerBatches(
  backbone: BackboneInfo,
  { maxLength }: { readonly maxLength: number },
): (examples: readonly TextExample[], order: OrderOptions) => BatchSource {
  const { name, tokenizer, decoderStartIds: [startId] = [] } = backbone;
  if (startId === undefined) {
    throw new ConfigError(
      `--task seq2seq: "${name}" answers no texts. Give an encoder-decoder with --model.`,
    );
  }
  return (examples, order) => {
    const answers = examples.map(({ label }) => ({ text: label }));
    return sequenceBatches({
      encodings: encodeExamples(tokenizer, examples, { maxLength }),
      targets: encodeExamples(tokenizer, answers, { maxLength: backbone.maxLength }),
      ...{ startId, padId: tokenizer.padId, bucketByLength: true, ...order },
    });
  };
}

/**
 * The same step, predicting the negative log-likelihood of a batch, `total`, and the `count` of tokens that it is the sum over. Both
 * are given with the batch's first text, and zero with the others: outputs have a row for each.
 */
export function predictingLoss(step: TrainStep): TrainStep {
  return {
    ...step,
    async predict(batch, parameters) {
      const { loss, count } = await step.step(batch, parameters);
      const rows = batch["input_ids"]?.shape[0] ?? 1;
      const withFirst = (value: number) => {
        const column = zeros("float64", [rows]);
        column.data[0] = value;
        return column;
      };
      return { total: withFirst(count > 0 ? loss * count : 0), count: withFirst(count) };
    },
  };
}

/** The perplexity of what `predictingLoss` predicts. */
export function languageMetric(): Metric & { report(): LanguageReport } {
  const perplexity = perplexityMetric();
  let tokens = 0;
  const values = () => perplexity.values();
  return {
    update(outputs) {
      const [total, count] = [sumOf(outputs, "total"), sumOf(outputs, "count")];
      perplexity.update(total, count);
      tokens += count;
    },
    values,
    report: () => ({ tokens, values: values() }),
  };
}

function sumOf(outputs: NamedTensors, name: string): number {
  return Array.from(named(outputs, name).data, Number).reduce((sum, value) => sum + value, 0);
}
