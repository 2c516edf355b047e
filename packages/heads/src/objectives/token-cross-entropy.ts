import type { Objective, ObjectiveContext, Ops, TargetSpec } from "@incipit/core";
import { crossEntropy, IGNORED_LABEL, insertPrompt, named, tensor } from "@incipit/tensor";
import type { PositionsOptions } from "../positions.js";

/** What of a sequence's logits is compared with what of its labels. */
interface Alignment {
  /** The logits have positions for the virtual tokens; the labels do not. */
  readonly prompted: boolean;
  /** The output at a position predicts the token at the next. */
  readonly shifted: boolean;
}

function tokenCrossEntropy(seq: string, { prompted, shifted }: Alignment): Objective {
  const labels: TargetSpec = { name: "labels", dtype: "int64", shape: ["batch", seq] };
  return {
    targets: [labels],
    build(ops, context) {
      const given = named(context.targets, "labels");
      const target = prompted ? withoutLabels(ops, given, context) : given;
      const logits = named(context.outputs, "logits");
      return shifted
        ? flat(ops, ops.slice(logits, 1, 0, -1), ops.slice(target, 1, 1))
        : flat(ops, logits, target);
    },
  };
}

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
  return tokenCrossEntropy("seq", { prompted: true, shifted: true });
}

/**
 * One class per token: the words behind masks (masked language modelling), or tags. Mean over the labels that are not -100.
 * Output read: `logits` `[batch, positions, classes]`; target: `labels` `[batch, seq]` int64.
 */
export function tokenClassification({ positions = "all" }: PositionsOptions = {}): Objective {
  return tokenCrossEntropy("seq", { prompted: positions === "all", shifted: false });
}

/**
 * Sequence to sequence: the decoder's output at a position is the label at that position; the prompt stands before the
 * encoder. Mean over the labels that are not -100.
 * Output read: `logits` `[batch, decoderSeq, vocabulary]`; target: `labels` `[batch, decoderSeq]` int64.
 */
export function sequenceToSequence(): Objective {
  return tokenCrossEntropy("decoder_seq", { prompted: false, shifted: false });
}
