import type { BatchSource, Objective } from "@incipit/core";
import type { OrderOptions, TextExample } from "@incipit/data";
import { modelOutput } from "@incipit/heads";
import { predictingLoss } from "../language-model.js";
import { makePrompt } from "./parts.js";
import type { Task, Work } from "./task.js";

/**
 * A prompt that makes some words more probable to the model: nothing else is trained, and it stands in front unless the options
 * say otherwise, as in PEFT.
 * @param objective which words
 */
export async function trainingOnWords(
  { options, backbone }: Work<TextExample>,
  objective: Objective,
  batches: (examples: readonly TextExample[], order: OrderOptions) => BatchSource,
): ReturnType<Task<TextExample>["prepare"]> {
  const prompt = makePrompt({ ...options, placement: options.placement ?? "front" }, []);
  const parts = { prompt, head: modelOutput(), trainable: ["prompt"] as const };
  const step = await backbone.compile({
    ...(prompt && { prompt }),
    head: parts.head,
    trainable: parts.trainable,
    objective,
  });
  return {
    parts,
    setup: {
      step: predictingLoss(step),
      batches: ({ examples }, order) => Promise.resolve(batches(examples, order)),
    },
  };
}
