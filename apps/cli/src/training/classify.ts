import { encodeExamples, type TextExample } from "@incipit/data";
import { crossEntropy } from "@incipit/heads";
import { classificationMetrics } from "@incipit/metrics";
import { tensor } from "@incipit/tensor";
import { classifierPredictor, evaluateClassifier } from "../prediction/classifier.js";
import { readLabelledTexts } from "./data.js";
import { cachingEmbedder, textEmbedder } from "./features.js";
import { checkLogits } from "./own-head.js";
import { learnsBehindModel, makeParts, pooledOptions, textLength } from "./parts.js";
import { onCachedFeatures, throughModel } from "./setup.js";
import type { Task } from "./task.js";

/** `--task classify`: one of some labels for each text, read off the model by a head. */
export const classify: Task<TextExample> = {
  taskType: "FEATURE_EXTRACTION",
  readData: readLabelledTexts,
  async prepare({ options, data, backbone }) {
    if (options.head === "model") checkLogits(backbone, "pooled", data.labels, options.feature);
    const maxLength = textLength(options, backbone);
    const reading = { maxLength, ...pooledOptions(options) };
    const parts = await makeParts(options, data.labels, textEmbedder(backbone, reading));
    const setup = learnsBehindModel(parts, options)
      ? await onCachedFeatures<TextExample>(backbone, parts, {
          embed: cachingEmbedder(backbone, reading, options),
          feature: options.feature,
          objective: crossEntropy(),
          targets: ({ labels }) => ({ labels: tensor("int64", [labels.length], labels) }),
        })
      : await throughModel(backbone, parts, (texts) =>
          encodeExamples(backbone.tokenizer, texts, { maxLength }),
        );
    return { parts, setup };
  },
  ownHeadType: "SEQ_CLS",
  metric: classificationMetrics,
  // Unlike the accuracy it tells small differences apart on a few examples.
  select: { metric: "logLoss", mode: "min" },
  evaluate: evaluateClassifier,
  predictor: classifierPredictor,
};
