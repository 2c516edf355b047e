import { tagIndices, tagSet, type TaggedSentence } from "@incipit/data";
import { readTagged } from "@incipit/data/node";
import { modelTokens, tokenClassification, tokenHead } from "@incipit/heads";
import { tokenMetrics } from "@incipit/metrics";
import { evaluateTagger, taggerPredictor } from "../prediction/tagger.js";
import { taggedBatches } from "../tagging.js";
import { readExamples } from "./data.js";
import { checkLogits } from "./own-head.js";
import { featureOption, partsOverTokens, textLength } from "./parts.js";
import type { Task } from "./task.js";

/** `--task tag`: a tag for each word, read off its first token by a head. */
export const tag: Task<TaggedSentence> = {
  taskType: "FEATURE_EXTRACTION",
  ownHeadType: "TOKEN_CLS",
  async readData(options) {
    const data = await readExamples(options, readTagged);
    const { train, validation, test } = data;
    const labels = tagSet([...train.examples, ...(validation?.examples ?? [])], options.data);
    if (test) tagIndices(labels, test.examples, options.testData);
    return { ...data, labels };
  },
  async prepare({ options, data: { labels }, backbone }) {
    if (options.head === "model") checkLogits(backbone, "tokens", labels, options.feature);
    const parts = partsOverTokens(options, {
      learned: () => tokenHead({ labels: labels.length, ...featureOption(options) }),
      peft: { taskType: "TOKEN_CLS", modules: { head: "classifier" } },
      own: () => modelTokens(options.feature),
    });
    const { prompt, head, trainable } = parts;
    const objective = tokenClassification({ positions: "text" });
    const maxLength = textLength(options, backbone);
    const { tokenizer } = backbone;
    return {
      parts,
      setup: {
        step: await backbone.compile({ ...(prompt && { prompt }), head, trainable, objective }),
        batches: ({ examples }, order) =>
          Promise.resolve(taggedBatches(examples, { tokenizer, tags: labels, maxLength, ...order })),
      },
    };
  },
  metric: tokenMetrics,
  // Unlike F1 it tells small differences apart on a few examples.
  select: { metric: "logLoss", mode: "min" },
  evaluate: evaluateTagger,
  predictor: taggerPredictor,
};
