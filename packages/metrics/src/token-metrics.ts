import { type Batch, type HostTensor, type Metric, type NamedTensors, ShapeError } from "@incipit/core";
import { classificationMetrics, type ClassificationReport } from "./classification.js";
import { argMax } from "./logits.js";
import { taggingMetric, type TaggingReport, type TaggingValues } from "./tagging.js";

/** The label of tokens that do not count, as in PyTorch. */
const IGNORED = -100;

/** What is known of a tagger of entities. */
export interface EntityReport extends TaggingReport {
  readonly values: TaggingValues & {
    /** Mean of −log P(tag) over the words, natural logarithm. */
    readonly logLoss: number;
  };
  readonly words: number;
}

/** What is known of a tagger: of its entities where its tags mark some, otherwise of its tags as of a classifier's labels. */
export type TokenReport = EntityReport | ClassificationReport;

/** The metrics of a tagger. */
export interface TokenMetrics extends Metric {
  report(): TokenReport;
}

/**
 * Streaming metrics of a tagger, from `outputs.logits` `[batch, seq, labels]` and `batch.labels` `[batch, seq]`, which is -100 where
 * a token does not count. Where the labels are `O`, `B-…`, `I-…` (and `E-…`, `S-…`), entities are counted as `taggingMetric` does;
 * other labels, such as parts of speech, as `classificationMetrics` does.
 *
 * `update` throws {ShapeError} when logits or labels are missing or misshapen.
 * @param options labels: the tags, in the order of the logits
 * @throws {ConfigError} when there are fewer than two labels
 */
export function tokenMetrics({ labels }: { readonly labels: readonly string[] }): TokenMetrics {
  const words = classificationMetrics({ labels });
  const entities = labels.every((label) => label === "O" || /^[BIES]-/u.test(label))
    ? taggingMetric()
    : undefined;
  const report = (): TokenReport => {
    const ofWords = words.report();
    if (entities === undefined) return ofWords;
    const { values, types } = entities.report();
    return { values: { ...values, logLoss: ofWords.values.logLoss }, types, words: ofWords.examples };
  };
  return {
    update(outputs, batch) {
      const { logits, targets, rows } = countedTokens(outputs, batch, labels.length);
      if (targets.length === 0) return;
      words.update(
        { logits: { dtype: "float32", shape: [targets.length, labels.length], data: logits } },
        { labels: { dtype: "int64", shape: [targets.length], data: BigInt64Array.from(targets, BigInt) } },
      );
      const tags = (of: (token: number) => number) =>
        rows.map((tokens) => tokens.map((token) => labels[of(token)] ?? ""));
      const scores = (token: number) =>
        Array.from(logits.subarray(token * labels.length, (token + 1) * labels.length));
      entities?.update(
        tags((token) => argMax(scores(token))),
        tags((token) => targets[token] ?? 0),
      );
    },
    values: () => report().values,
    report,
  };
}

/** The logits and labels of the tokens that count, one after another, and which of them make which text. */
function countedTokens(outputs: NamedTensors, batch: Batch, classes: number) {
  const { logits } = outputs;
  const { labels } = batch;
  if (logits?.dtype !== "float32" || logits.shape.length !== 3 || logits.shape[2] !== classes) {
    throw mismatch("outputs.logits", `float32[batch,seq,${classes}]`, logits);
  }
  if (labels?.dtype !== "int64" || labels.shape.join() !== logits.shape.slice(0, 2).join()) {
    throw mismatch("batch.labels", `int64[${logits.shape.slice(0, 2).join()}]`, labels);
  }
  const [texts = 0, seq = 0] = labels.shape;
  const values = Array.from(labels.data, Number);
  const rows = Array.from({ length: texts }, (): number[] => []);
  const counted = values.flatMap((label, token) => (label === IGNORED ? [] : [token]));
  counted.forEach((token, index) => rows[Math.floor(token / seq)]?.push(index));
  const data = new Float32Array(counted.length * classes);
  counted.forEach((token, index) => {
    data.set(logits.data.subarray(token * classes, (token + 1) * classes), index * classes);
  });
  return { logits: data, targets: counted.map((token) => values[token] ?? 0), rows };
}

function mismatch(name: string, expected: string, got: HostTensor | undefined): ShapeError {
  const found = got === undefined ? "nothing" : `${got.dtype}[${got.shape.join()}]`;
  return new ShapeError(
    `tokenMetrics: ${name} must be ${expected}, got ${found}; does the head fit the labels?`,
  );
}
