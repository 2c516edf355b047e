import { probeFeeds } from "@incipit/autodiff";
import type { NamedTensors } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import type { FrozenModel } from "./compose.js";

/** Where a model's token ids go in, and what they look like: some models search them for special tokens. */
export type TextProbe = Pick<FrozenModel, "site" | "sampleIds">;

/**
 * Batches to probe a model's shapes with: nothing is masked, token ids are like a text's, other ids and positions are 0,
 * which every model has.
 * @param rowsPerExample batches have a multiple of so many rows
 */
export function probes(
  graph: Graph,
  { site, sampleIds }: Partial<TextProbe> = {},
  rowsPerExample = 1,
): readonly NamedTensors[] {
  const multiples = { batch: rowsPerExample };
  const feeds = probeFeeds(graph, (input) => (input.name.endsWith("mask") ? 1 : 0), multiples);
  if (site?.kind !== "tokens" || sampleIds === undefined) return feeds;
  return feeds.map((feed) => {
    const ids = feed[site.ids];
    const [batch = 1, seq = 1] = ids?.shape ?? [];
    const rows = Array.from({ length: batch }, () => sampleIds(seq)).flat();
    return { ...feed, [site.ids]: tensor(ids?.dtype ?? "int64", [batch, seq], rows) };
  });
}
