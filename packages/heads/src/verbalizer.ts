import { ConfigError, type Head, type HeadContext, type Ops } from "@incipit/core";
import { named, tensor } from "@incipit/tensor";

/** Where the model answers: at the mask token, or, as causal models do, at the text's last token. */
export type AnswerPosition = { readonly mask: number } | "last";

/** Which words stand for which label. */
export interface VerbalizerOptions {
  /** For each label the token ids of its words; a label's logit is the mean of theirs. */
  readonly words: readonly (readonly number[])[];
  /** The id of the mask token, or the last token. */
  readonly answer: AnswerPosition;
  /** The model's vocabulary logits, `[batch, positions, vocabulary]`. @default "logits" */
  readonly feature?: string;
}

/**
 * Classification by the words that a language model expects: the logits of the label words at the answer's position, and of
 * no other word. No parameters. Output: `logits` `[batch, labels]`.
 *
 * `build` throws a ConfigError when the backbone gives no token ids to find the mask by.
 * @throws {ConfigError} when there are fewer than two labels, or a label without a word
 * @see Schick & Schütze 2021, arXiv:2001.07676, section 3.1
 */
export function verbalizerHead(options: VerbalizerOptions): Head {
  const { words, answer, feature = "logits" } = options;
  if (words.length < 2 || words.some((ids) => ids.length === 0)) {
    throw new ConfigError(
      "A verbalizer needs two labels or more, each with a word; give token ids for each label.",
    );
  }
  return {
    config: { type: "verbalizer", words, answer, feature },
    parameters: () => [],
    build(ops, context) {
      const vocabulary = named(context.features, feature);
      const columnCount = words.flat().length;
      const columns = ops.constant(tensor("int64", [columnCount], words.flat()));
      const here = answerMask(ops, context, answer);
      const batch = { of: here, axis: 0 };
      const position = ops.reshape(ops.argMax(here, 1), [batch, 1]);
      // One position and a few columns: of the vocabulary projection nothing else need be computed.
      const answered = ops.reshape(ops.gatherRows(ops.gather(vocabulary, columns, 2), position), [
        batch,
        columnCount,
      ]);
      // A text without an answer's position, as one cut short may be, tells nothing.
      const told = ops.mul(answered, ops.max(here, [1], true));
      return { logits: ops.matmul(told, ops.constant(meanPerLabel(words))) };
    },
  };
}

/** `[batch, positions]`, float32: 1 at the position of the answer. */
function answerMask<T>(ops: Ops<T>, context: HeadContext<T>, answer: AnswerPosition): T {
  const text = ops.cast(context.textMask, "float32");
  if (answer === "last") {
    // The token of the text with nothing behind it, be it the end or padding.
    const taken = ops.cast(context.mask, "float32");
    const behind = ops.concat(
      [ops.slice(taken, 1, 1), ops.expand(ops.scalar(0), [{ of: taken, axis: 0 }, 1])],
      1,
    );
    return ops.mul(text, ops.sub(ops.scalar(1), behind));
  }
  if (context.ids === undefined) {
    throw new ConfigError("A verbalizer finds its mask by the token ids, and this backbone gives none.");
  }
  const masked = ops.equal(context.ids, ops.constant(tensor("int64", [], [answer.mask])));
  return ops.mul(ops.cast(masked, "float32"), text);
}

/** `[words, labels]`: each word's share of its label's logit. */
function meanPerLabel(words: VerbalizerOptions["words"]) {
  const rows = words.flatMap((ids, label) =>
    ids.map(() => words.map((_, other) => (other === label ? 1 / ids.length : 0))),
  );
  return tensor("float32", [rows.length, words.length], rows.flat());
}
