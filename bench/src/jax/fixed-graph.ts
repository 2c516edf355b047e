import { probeShapes } from "@incipit/autodiff";
import { findPromptSite } from "@incipit/backbone-onnx";
import type { Batch, HostTensor } from "@incipit/core";
import { foldConstants, type Graph, removeDeadNodes, shareCommonSubexpressions } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { insertRows } from "./insert-rows.js";

/** What the graph takes in place of token ids. */
export const EMBEDDED = "embedded";

/**
 * A model for one batch alone: it takes the embedded tokens, prompt in front, and everything else that it would compute from ids and
 * mask is computed already. What is left is arithmetic, which other runtimes understand that lack an operator or two.
 * @returns the graph, and the embedded text without a prompt, `[batch, seq, width]`
 */
export async function fixedGraph(
  model: Graph,
  batch: Batch,
  virtualTokens: number,
): Promise<{ readonly graph: Graph; readonly text: HostTensor }> {
  const site = findPromptSite(model);
  const lookup = removeDeadNodes({ ...model, outputs: [{ name: site.embedding }] });
  const { [site.embedding]: text } = await evaluate(lookup, insertRows(batch, 0));
  if (text === undefined) throw new Error("The model has no embedded text.");
  const [rows = 0, length = 0, width = 0] = text.shape;

  const longer = insertRows(batch, virtualTokens);
  const embedded = {
    name: EMBEDDED,
    dtype: "float32",
    shape: [rows, virtualTokens + length, width],
  } as const;
  const given = new Set(Object.keys(longer));
  const fixed: Graph = {
    ...model,
    inputs: [embedded, ...model.inputs.filter(({ name }) => !given.has(name))],
    initializers: new Map([...model.initializers, ...Object.entries(longer)]),
    nodes: model.nodes
      .filter(({ outputs }) => !outputs.includes(site.embedding))
      .map((node) => ({
        ...node,
        inputs: node.inputs.map((value) => (value === site.embedding ? EMBEDDED : value)),
      })),
  };
  const zeros = new Float32Array(embedded.shape.reduce((size, dim) => size * dim, 1));
  const feeds = { [EMBEDDED]: { dtype: "float32", shape: embedded.shape, data: zeros } as const };
  const values = fixed.nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== ""));
  const known = await probeShapes(fixed, { evaluate, probes: [feeds, feeds], values });
  const folded = await foldConstants(fixed, evaluate, { known });
  return { graph: shareCommonSubexpressions(removeDeadNodes(folded)), text };
}
