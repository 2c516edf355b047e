import { type Head, type HeadContext, type Ops } from "@incipit/core";
import { removePrompt } from "@incipit/tensor";
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
      return {
        start_logits: ofEnd(ops, context, logits, 0),
        end_logits: ofEnd(ops, context, logits, 1),
      };
    },
  };
}

/** `[batch, seq]`: one of the two logits of each token, without padding. */
function ofEnd<T>(ops: Ops<T>, context: HeadContext<T>, logits: T, end: number): T {
  const text = ops.cast(removePrompt(ops, context.textMask, context), "bool");
  const own = ops.reshape(ops.slice(logits, 2, end, end + 1), [
    { of: text, axis: 0 },
    { of: text, axis: 1 },
  ]);
  return ops.where(text, own, ops.scalar(NEVER));
}
