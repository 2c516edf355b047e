/** @file Splicing virtual tokens into a graph that takes token ids and knows nothing of prompts. */
import { GraphError, type Ops, type PromptLayout } from "@incipit/core";
import { int64, type GraphBuilder, type Value } from "@incipit/onnx";
import { insertPrompt, promptStart, removePrompt } from "@incipit/tensor";
import type { PromptSite } from "./prompt-site.js";

export interface SpliceOptions extends PromptLayout {
  readonly site: PromptSite;
  /** An ordinary id, neither padding nor special, that stands where the virtual tokens will be. */
  readonly placeholderId: number;
  /** The virtual tokens, given the embedded text `[batch, seq, width]`: `[n, width]` or `[batch, n, width]`. */
  readonly prompt: (text: Value) => Value;
}

/** What a per-token input of a transformer holds at the `i`-th virtual token, and what becomes of its other values. */
interface Spliced {
  readonly at: (i: number, options: SpliceOptions) => number;
  readonly text?: (ops: Ops<Value>, text: Value, layout: PromptLayout) => Value;
}

const SPLICED: Readonly<Record<string, Spliced>> = {
  attention_mask: { at: () => 1 },
  token_type_ids: { at: () => 0 },
  // The virtual tokens take the positions from where they stand; what follows moves on.
  position_ids: { at: (i, layout) => promptStart(layout) + i, text: shiftedPositions },
};

/** The per-token inputs that are known, besides the ids. */
export const TOKEN_INPUTS: ReadonlySet<string> = new Set(Object.keys(SPLICED));

/**
 * Every per-token input of the graph grows by `virtualTokens` positions: placeholder ids, ones in the mask, zeros in the
 * token types, running positions. Then the placeholders' rows of the embedding are replaced by the prompt. All
 * bookkeeping inside the graph (positions, masks, causal triangles) so counts the prompt by itself.
 *
 * The graph's inputs stay as they are: `[batch, seq]` without the prompt.
 * @throws {GraphError} when an input is none of those known
 */
export function splicePrompt(
  g: GraphBuilder,
  ops: Ops<Value>,
  inputs: readonly Value[],
  options: SpliceOptions,
): void {
  const { site, virtualTokens, prompt } = options;
  const ids: Spliced = { at: () => options.placeholderId };
  for (const input of inputs) {
    const spliced = input === site.ids ? ids : SPLICED[input];
    if (spliced === undefined) {
      throw new GraphError(
        `The model's input "${input}" has a value per token, and it is not known what it is for virtual tokens. ` +
          `Known are ${[site.ids, ...TOKEN_INPUTS].join(", ")}.`,
      );
    }
    const row = Array.from({ length: virtualTokens }, (_, i) => spliced.at(i, options));
    g.rewire(input, (value) => {
      const text = spliced.text?.(ops, value, options) ?? value;
      return insertPrompt(ops, text, promptRow(ops, row), options);
    });
  }
  g.rewire(site.embedding, (embedding) => {
    const text = removePrompt(ops, embedding, options);
    const start = promptStart(options);
    const tokens = ops.expand(prompt(text), [
      { of: embedding, axis: 0 },
      virtualTokens,
      { of: embedding, axis: 2 },
    ]);
    const before = start === 0 ? [] : [ops.slice(embedding, 1, 0, start)];
    return ops.concat([...before, tokens, ops.slice(embedding, 1, start + virtualTokens)], 1);
  });
}

/** One value per virtual token, int64 `[1, virtualTokens]`. */
export function promptRow(ops: Ops<Value>, values: readonly number[]): Value {
  return ops.reshape(ops.constant(int64(values)), [1, -1]);
}

function shiftedPositions(ops: Ops<Value>, positions: Value, layout: PromptLayout): Value {
  const shift = ops.constant(int64([layout.virtualTokens]));
  const start = promptStart(layout);
  if (start === 0) return ops.add(positions, shift);
  return ops.concat([ops.slice(positions, 1, 0, start), ops.add(ops.slice(positions, 1, start), shift)], 1);
}
