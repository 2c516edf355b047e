import type { BackboneInfo, Head, Objective } from "@incipit/core";
import {
  answerSpan,
  causalLanguageModel,
  crossEntropy,
  meanSquaredError,
  modelOutput,
  modelOutputs,
  pooledHead,
  sequenceToSequence,
  tokenClassification,
} from "@incipit/heads";

interface Parts {
  readonly head: Head;
  readonly objective: Objective;
}

/** How each task's loss is formed from the model's output. */
export const tasks: Readonly<Record<string, (backbone: BackboneInfo) => Parts>> = {
  "sequence-classification": () => ({ head: modelOutput(), objective: crossEntropy() }),
  "masked-lm": () => ({ head: modelOutput(), objective: tokenClassification() }),
  "token-classification": () => ({ head: modelOutput(), objective: tokenClassification() }),
  "causal-lm": () => ({ head: modelOutput(), objective: causalLanguageModel() }),
  "seq2seq-lm": () => ({ head: modelOutput(), objective: sequenceToSequence() }),
  "question-answering": () => ({
    head: modelOutputs(["start_logits", "end_logits"]),
    objective: answerSpan(),
  }),
  "feature-extraction": ({ features }) => {
    const pooled = Object.keys(features).find((name) => features[name]?.kind === "pooled");
    const feature = pooled ?? Object.keys(features)[0] ?? "last_hidden_state";
    const objective = meanSquaredError("embedding", features[feature]?.width ?? 0);
    return { head: pooledHead({ feature }), objective };
  },
};
