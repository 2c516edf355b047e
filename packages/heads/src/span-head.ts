import { type Head, type HeadContext, type Ops } from "@incipit/core";
import { named, removePrompt } from "@incipit/tensor";
import { tokenLogits, tokenParameters } from "./token-linear.js";

/** The feature that spans are read from. */
export interface SpanHeadOptions {
  /** The backbone's feature to read, of kind `tokens`. @default the first of that kind */
  readonly feature?: string;
}

/** The logit of a position that can be no end of a span. */
const NEVER = -1e9;

/**
 * Where an answer begins and ends in a text: `W x + b` gives two logits for each token. Padding has next to no probability, virtual
 * tokens have no logits, so the objective is `answerSpan({ positions: "text" })`.
 * Parameters: `head.weight` `[2, width]`, `head.bias` `[2]`. Outputs: `start_logits`, `end_logits` `[batch, seq]`.
 * @see Devlin et al. 2019, arXiv:1810.04805, section 4.2
 */
export function spanHead({ feature }: SpanHeadOptions = {}): Head {
  return {
    config: { type: "span", ...(feature !== undefined && { feature }) },
    parameters: ({ features }) => tokenParameters(features, 2, feature),
    build(ops, context) {
      const logits = tokenLogits(ops, context, feature);
      const { textMask } = context;
      const ofEnd = (end: number) => {
        const own = ops.slice(logits, 2, end, end + 1);
        return ops.reshape(own, [{ of: textMask, axis: 0 }, -1]);
      };
      return spans(ops, context, ofEnd(0), ofEnd(1));
    },
  };
}

/**
 * Where an answer begins and ends, by a question answerer's own `start_logits` and `end_logits`; virtual tokens and
 * padding are left out as by `spanHead`. No parameters. Its `build` throws a `ConfigError` when the backbone lacks one of the two.
 */
export function modelSpans(): Head {
  return {
    config: { type: "model-spans" },
    parameters: () => [],
    build(ops, context) {
      const ofText = (name: string) => removePrompt(ops, named(context.features, name), context);
      return spans(ops, context, ofText("start_logits"), ofText("end_logits"));
    },
  };
}

/** Both logits of the text's positions, `[batch, seq]`, without padding. */
function spans<T>(ops: Ops<T>, context: HeadContext<T>, start: T, end: T): Readonly<Record<string, T>> {
  const text = ops.cast(removePrompt(ops, context.textMask, context), "bool");
  const withoutPadding = (logits: T) => ops.where(text, logits, ops.scalar(NEVER));
  return { start_logits: withoutPadding(start), end_logits: withoutPadding(end) };
}
