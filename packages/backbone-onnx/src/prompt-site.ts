import { GraphError } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { findSequenceSite, type SequenceSite } from "./sequence-site.js";
import { findTokenSite, type TokenSite } from "./token-site.js";

/** Where virtual tokens enter a graph. */
export type PromptSite = TokenSite | SequenceSite;

/** The inputs that token ids usually come in; a decoder of images or sound has the second alone. */
const IDS = ["input_ids", "decoder_input_ids"];

/**
 * Finds the place for a prompt by what the graph computes: where token ids become embeddings, or, in a model without ids,
 * where position embeddings are added to the embedded input.
 * @param ids the graph input with the token ids, `input_ids` or else `decoder_input_ids` by default
 * @throws {GraphError} when there is no such input or no such place
 */
export function findPromptSite(graph: Graph, ids?: string): PromptSite {
  const names = graph.inputs.map((input) => input.name);
  const given = ids ?? IDS.find((name) => names.includes(name));
  if (given !== undefined && names.includes(given)) return findTokenSite(graph, given);
  const site = ids === undefined ? findSequenceSite(graph) : undefined;
  if (site !== undefined) return site;
  throw new GraphError(
    `The model has no input "${ids ?? "input_ids"}"; it has ${names.join(", ")}. Name the one with the token ids. ` +
      `Without ids a prompt goes where position embeddings are added to the embedded input, and this model adds none.`,
  );
}
