/** @file Splicing virtual tokens into a graph that knows nothing of prompts. */
import type { Ops, PromptLayout } from "@incipit/core";
import { DATA_TYPE, int64, type Graph, type GraphBuilder, type Value } from "@incipit/onnx";
import { insertPrompt, promptStart, removePrompt } from "@incipit/tensor";
import type { PromptSite } from "./prompt-site.js";

export interface SpliceOptions extends PromptLayout {
  readonly site: PromptSite;
  /** An ordinary id, neither padding nor special, that stands among the ids where the virtual tokens will be. */
  readonly placeholderId: number;
  /** The virtual tokens, given the embedded input `[batch, seq, width]`: `[n, width]` or `[batch, n, width]`, float32. */
  readonly prompt: (input: Value) => Value;
}

/** What a per-token input of a transformer holds at the `i`-th virtual token, and what becomes of its other values. */
interface Spliced {
  readonly at: (i: number, layout: PromptLayout) => number;
  readonly text?: (ops: Ops<Value>, text: Value, layout: PromptLayout) => Value;
}

const SPLICED: Readonly<Record<string, Spliced>> = {
  attention_mask: { at: () => 1 },
  token_type_ids: { at: () => 0 },
  // The virtual tokens take the positions from where they stand; what follows moves on.
  position_ids: { at: (i, layout) => promptStart(layout) + i, text: shiftedPositions },
};

/** What the names of all inputs that go with these ids begin with: `decoder_`, or nothing. */
function prefixOf(ids: Value): string {
  return ids.startsWith("decoder_") ? "decoder_" : "";
}

/** The graph's inputs that have a value per token, besides the ids. */
function splicedInputs(graph: Graph, ids: Value): readonly (readonly [Value, Spliced])[] {
  return Object.entries(SPLICED)
    .map(([name, spliced]) => [prefixOf(ids) + name, spliced] as const)
    .filter(([name]) => graph.inputs.some((input) => input.name === name));
}

/** The graph's inputs that have a value per token: the ids, and what goes with them. */
export function tokenInputs(graph: Graph, ids: Value): readonly Value[] {
  return [ids, ...splicedInputs(graph, ids).map(([name]) => name)];
}

/** The input that says which of these ids are padding. */
export function maskInput(ids: Value): Value {
  return `${prefixOf(ids)}attention_mask`;
}

/**
 * Puts a prompt into a graph, whose inputs stay as they are: `[batch, seq]` without the prompt.
 *
 * Where the graph takes token ids, every per-token input grows by `virtualTokens` positions: placeholder ids, ones in the
 * mask, zeros in the token types, running positions. Then the placeholders' rows of the embedding are replaced by the
 * prompt. All bookkeeping inside the graph (positions, masks, causal triangles) so counts the prompt by itself. An embedded
 * sequence without ids, which has its positions already, just grows by the prompt's rows.
 * @param graph what `g` started from
 * @returns the sequence with the prompt in it, `[batch, virtualTokens + seq, width]`
 */
export function splicePrompt(g: GraphBuilder, ops: Ops<Value>, graph: Graph, options: SpliceOptions): Value {
  const { site } = options;
  if (site.kind === "tokens") {
    const placeholders: Spliced = { at: () => options.placeholderId };
    for (const [input, spliced] of [[site.ids, placeholders] as const, ...splicedInputs(graph, site.ids)])
      makeRoom(g, ops, input, spliced, options);
  }
  return g.rewire(site.embedding, (embedding) => {
    const { virtualTokens } = options;
    const [input, replaced] =
      site.kind === "tokens" ? [removePrompt(ops, embedding, options), virtualTokens] : [embedding, 0];
    const inFloat32 = site.dtype === "float32" ? input : ops.cast(input, "float32");
    const prompt = options.prompt(inFloat32);
    const cast = site.dtype === "float32" ? prompt : g.op("Cast", [prompt], { to: DATA_TYPE[site.dtype] });
    const tokens = ops.expand(cast, [{ of: embedding, axis: 0 }, virtualTokens, { of: embedding, axis: 2 }]);
    const start = promptStart(options);
    const before = start === 0 ? [] : [ops.slice(embedding, 1, 0, start)];
    return ops.concat([...before, tokens, ops.slice(embedding, 1, start + replaced)], 1);
  });
}

/** Lets a per-token input count the virtual tokens. */
function makeRoom(
  g: GraphBuilder,
  ops: Ops<Value>,
  input: Value,
  spliced: Spliced,
  options: SpliceOptions,
): void {
  const row = Array.from({ length: options.virtualTokens }, (_, i) => spliced.at(i, options));
  g.rewire(input, (value) => {
    const text = spliced.text?.(ops, value, options) ?? value;
    return insertPrompt(ops, text, promptRow(ops, row), options);
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
