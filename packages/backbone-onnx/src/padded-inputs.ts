import type { Objective } from "@incipit/core";
import type { FrozenModel } from "./compose.js";
import { maskInput, tokenInputs } from "./splice.js";

/**
 * The inputs and targets of a training step that are padded where a text is shorter than others; none where the model takes no
 * mask and so reads padding like text.
 */
export function paddedInputs(
  { graph, site }: Pick<FrozenModel, "graph" | "site">,
  objective?: Objective,
): readonly string[] | undefined {
  if (site.kind !== "tokens") return undefined;
  const inputs = tokenInputs(graph, site.ids);
  if (!inputs.includes(maskInput(site.ids))) return undefined;
  const targets = objective?.targets.filter(({ shape }) => shape[1] === "seq") ?? [];
  return [...inputs, ...targets.map(({ name }) => name)];
}
