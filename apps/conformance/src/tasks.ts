import type { Head, Objective } from "@incipit/core";
import { crossEntropy, modelOutput } from "@incipit/heads";

/** How each task's loss is formed from the model's output. */
export const tasks: Readonly<Record<string, () => { readonly head: Head; readonly objective: Objective }>> = {
  "sequence-classification": () => ({ head: modelOutput("logits"), objective: crossEntropy() }),
};
