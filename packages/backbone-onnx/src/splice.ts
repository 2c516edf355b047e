/** @file Splicing virtual tokens into a graph that takes token ids and knows nothing of prompts. */
import { GraphError, type Ops, type Placement } from "@incipit/core";
import { int64, type GraphBuilder, type Value } from "@incipit/onnx";
import type { PromptSite } from "./prompt-site.js";

export interface SpliceOptions {
  readonly site: PromptSite;
  readonly virtualTokens: number;
  readonly placement: Placement;
  /** An ordinary id, neither padding nor special, that stands where the virtual tokens will be. */
  readonly placeholderId: number;
  /** The virtual tokens, given the embedded text `[batch, seq, width]`: `[n, width]` or `[batch, n, width]`. */
  readonly prompt: (text: Value) => Value;
}

/** Rows that stand at the virtual tokens' positions in an input of shape `[batch, seq]`, `[1, n]` or `[batch, n]`. */
type Filler = (ops: Ops<Value>, args: { n: number; at: number; placeholderId: number }) => Value;

/** What each per-token input of a transformer holds at the virtual tokens. */
const FILLERS: Readonly<Record<string, Filler>> = {
  attention_mask: (ops, { n }) =>
    row(
      ops,
      Array.from({ length: n }, () => 1),
    ),
  token_type_ids: (ops, { n }) =>
    row(
      ops,
      Array.from({ length: n }, () => 0),
    ),
  position_ids: (ops, { n, at }) =>
    row(
      ops,
      Array.from({ length: n }, (_, i) => at + i),
    ),
};

function row(ops: Ops<Value>, values: readonly number[]): Value {
  return ops.reshape(ops.constant(int64(values)), [1, -1]);
}

/**
 * Every per-token input of the graph grows by `virtualTokens` positions: placeholder ids, ones in the mask, zeros in the
 * token types, running positions. Then the placeholders' rows of the embedding are replaced by the prompt. All
 * bookkeeping inside the graph (positions, masks, causal triangles) so counts the prompt by itself.
 *
 * The graph's inputs stay as they are: `[batch, seq]` without the prompt.
 */
export function splicePrompt(
  g: GraphBuilder,
  ops: Ops<Value>,
  inputs: readonly Value[],
  options: SpliceOptions,
): void {
  const { site, virtualTokens: n, placement, placeholderId, prompt } = options;
  const at = placement === "front" ? 0 : 1;
  for (const input of inputs) {
    const filler = input === site.ids ? placeholders : FILLERS[input];
    if (filler === undefined) {
      throw new GraphError(
        `The model's input "${input}" has a value per token, and it is not known what it is for virtual tokens. ` +
          `Known are ${[site.ids, ...Object.keys(FILLERS)].join(", ")}.`,
      );
    }
    g.rewire(input, (value) => {
      const own = input === "position_ids" ? shiftedPositions(ops, value, at, n) : value;
      return insert(ops, own, filler(ops, { n, at, placeholderId }), at, value);
    });
  }
  g.rewire(site.embedding, (embedding) => {
    const before = at === 0 ? [] : [ops.slice(embedding, 1, 0, at)];
    const after = ops.slice(embedding, 1, at + n);
    const text = at === 0 ? after : ops.concat([...before, after], 1);
    const width = { of: embedding, axis: 2 };
    const tokens = ops.expand(prompt(text), [{ of: embedding, axis: 0 }, n, width]);
    return ops.concat([...before, tokens, after], 1);
  });
}

const placeholders: Filler = (ops, { n, placeholderId }) =>
  row(
    ops,
    Array.from({ length: n }, () => placeholderId),
  );

/** Tokens behind the prompt stand `n` further on. */
function shiftedPositions(ops: Ops<Value>, positions: Value, at: number, n: number): Value {
  const shift = ops.constant(int64([n]));
  if (at === 0) return ops.add(positions, shift);
  return ops.concat([ops.slice(positions, 1, 0, at), ops.add(ops.slice(positions, 1, at), shift)], 1);
}

/**
 * `x` `[batch, seq]` with `inserted` `[1, n]` before position `at`: `[batch, seq + n]`. The batch size is read off
 * `batch`.
 */
export function insert(ops: Ops<Value>, x: Value, inserted: Value, at: number, batch: Value): Value {
  const rows = ops.expand(inserted, [{ of: batch, axis: 0 }, 1]);
  const parts = at === 0 ? [rows, x] : [ops.slice(x, 1, 0, at), rows, ops.slice(x, 1, at)];
  return ops.concat(parts, 1);
}
