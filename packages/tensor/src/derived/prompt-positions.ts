/** @file Putting virtual tokens among the positions of a text, and taking them out again. */
import type { Ops, PromptLayout } from "@incipit/core";

/** The position before which the virtual tokens stand. */
export function promptStart({ placement }: PromptLayout): number {
  return placement === "front" ? 0 : 1;
}

/**
 * A row per text with the same values at the virtual tokens: `[batch, seq]` becomes `[batch, virtualTokens + seq]`.
 * @param x `[batch, seq]`
 * @param row `[1, virtualTokens]`, of x's dtype
 */
export function insertPrompt<T>(ops: Ops<T>, x: T, row: T, layout: PromptLayout): T {
  if (layout.virtualTokens === 0) return x;
  const start = promptStart(layout);
  const rows = ops.expand(row, [{ of: x, axis: 0 }, layout.virtualTokens]);
  return ops.concat(start === 0 ? [rows, x] : [ops.slice(x, 1, 0, start), rows, ops.slice(x, 1, start)], 1);
}

/**
 * The text's positions alone: `[batch, virtualTokens + seq, …]` becomes `[batch, seq, …]`.
 * @param x two axes or more
 */
export function removePrompt<T>(ops: Ops<T>, x: T, layout: PromptLayout): T {
  if (layout.virtualTokens === 0) return x;
  const start = promptStart(layout);
  const after = ops.slice(x, 1, start + layout.virtualTokens);
  return start === 0 ? after : ops.concat([ops.slice(x, 1, 0, start), after], 1);
}
