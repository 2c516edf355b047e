import type { Backbone, Head, Objective } from "@incipit/core";
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
import { shapeOf, type Case } from "./case.js";

interface Parts {
  readonly head: Head;
  readonly objective: Objective;
}

/** How a case's loss is formed from the model's output, as its `loss` and its labels say. */
export function partsOf({ loss, inputs }: Case, { features }: Pick<Backbone, "features">): Parts {
  if (loss.kind === "mse") {
    const feature = loss.of ?? "last_hidden_state";
    const objective = meanSquaredError("embedding", features[feature]?.width ?? 0);
    return { head: pooledHead({ feature }), objective };
  }
  if (inputs["start_positions"] !== undefined)
    return { head: modelOutputs(["start_logits", "end_logits"]), objective: answerSpan() };
  return { head: modelOutput(), objective: labelling({ loss, inputs }) };
}

function labelling({ loss, inputs }: Pick<Case, "loss" | "inputs">): Objective {
  const { labels = [], input_ids: ids, decoder_input_ids: decoderIds } = inputs;
  if (shapeOf(labels).length === 1) return crossEntropy();
  if (loss.shift === true) return causalLanguageModel();
  // In front of an encoder's tokens a prompt leaves the decoder's labels alone.
  return ids !== undefined && decoderIds !== undefined ? sequenceToSequence() : tokenClassification();
}
