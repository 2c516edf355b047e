import type { Objective, ObjectiveContext, Ops, TargetSpec } from "@incipit/core";
import { crossEntropy, IGNORED_LABEL, insertPrompt, named, tensor } from "@incipit/tensor";
import type { PositionsOptions } from "../positions.js";

const labelled = (seq: string): readonly TargetSpec[] => [
  { name: "labels", dtype: "int64", shape: ["batch", seq] },
];

/** Virtual tokens have no label. */
function withoutLabels<T>(ops: Ops<T>, labels: T, layout: ObjectiveContext<T>): T {
  const row = tensor(
    "int64",
    [1, layout.virtualTokens],
    Array.from({ length: layout.virtualTokens }, () => IGNORED_LABEL),
  );
  return insertPrompt(ops, labels, ops.constant(row), layout);
}

/** All positions of all texts as one long batch. */
function flat<T>(ops: Ops<T>, logits: T, labels: T) {
  const rows = ops.reshape(logits, [-1, { of: logits, axis: 2 }]);
  return crossEntropy(ops, rows, ops.reshape(labels, [-1]));
}

/**
 * Causal language modelling: the output at a position predicts the next token; the last virtual token predicts the first
 * token of the text. Mean over the labels that are not -100.
 * Output read: `logits` `[batch, positions, vocabulary]`; target: `labels` `[batch, seq]` int64.
 */
export function causalLanguageModel(): Objective {
  return {
    targets: labelled("seq"),
    build(ops, { outputs, targets, virtualTokens, placement }) {
      const labels = named(targets, "labels");
      // Only what predicts a token of the text is read; what the virtual tokens before the last say need not be computed.
      const first = placement === "front" ? virtualTokens - 1 : virtualTokens;
      const logits = ops.slice(named(outputs, "logits"), 1, Math.max(first, 0), -1);
      return flat(ops, logits, first < 0 || placement === "after-first" ? ops.slice(labels, 1, 1) : labels);
    },
  };
}

/**
 * One class per token: the words behind masks (masked language modelling), or tags. Mean over the labels that are not -100.
 * Output read: `logits` `[batch, positions, classes]`; target: `labels` `[batch, seq]` int64.
 */
export function tokenClassification({ positions = "all" }: PositionsOptions = {}): Objective {
  return {
    targets: labelled("seq"),
    build(ops, context) {
      const labels = named(context.targets, "labels");
      const target = positions === "all" ? withoutLabels(ops, labels, context) : labels;
      return flat(ops, named(context.outputs, "logits"), target);
    },
  };
}

/**
 * Sequence to sequence: the decoder's output at a position is the label at that position; the prompt stands before the
 * encoder. Mean over the labels that are not -100.
 * Output read: `logits` `[batch, decoderSeq, vocabulary]`; target: `labels` `[batch, decoderSeq]` int64.
 */
export function sequenceToSequence(): Objective {
  return {
    targets: labelled("decoder_seq"),
    build: (ops, { outputs, targets }) => flat(ops, named(outputs, "logits"), named(targets, "labels")),
  };
}
