import type { Objective, Ops, PromptLayout } from "@incipit/core";
import { crossEntropy, named, promptStart, scalar } from "@incipit/tensor";
import type { PositionsOptions } from "../positions.js";

/**
 * Extractive question answering: cross-entropy of the answer's first and last token over all positions, their mean.
 * Outputs read: `start_logits`, `end_logits` `[batch, positions]`; targets: `start_positions`, `end_positions` `[batch]`
 * int64, counted without the virtual tokens.
 * @see Devlin et al. 2019, arXiv:1810.04805, section 4.2
 */
export function answerSpan({ positions = "all" }: PositionsOptions = {}): Objective {
  const targetOf = (name: string) => ({ name, dtype: "int64", shape: ["batch"] }) as const;
  return {
    targets: [targetOf("start_positions"), targetOf("end_positions")],
    build(ops, { outputs, targets, ...layout }) {
      const end = (name: string) => {
        const target = named(targets, `${name}_positions`);
        const position = positions === "text" ? target : moved(ops, target, layout);
        return crossEntropy(ops, named(outputs, `${name}_logits`), position);
      };
      const [first, last] = [end("start"), end("end")];
      return { total: ops.add(first.total, last.total), count: ops.add(first.count, last.count) };
    },
  };
}

/** Positions of the text's tokens among all positions. */
function moved<T>(ops: Ops<T>, positions: T, layout: PromptLayout): T {
  const behind = ops.add(positions, ops.constant(scalar("int64", layout.virtualTokens)));
  const start = ops.constant(scalar("int64", promptStart(layout)));
  return ops.where(ops.less(positions, start), positions, behind);
}
