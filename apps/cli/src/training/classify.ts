import { encodeExamples, type TextExample, type Texts } from "@incipit/data";
import { classificationMetrics } from "@incipit/metrics";
import { say } from "../messages.js";
import { classifierPredictor, evaluateClassifier } from "../prediction/classifier.js";
import { readLabelledTexts } from "./data.js";
import { textEmbedder } from "./features.js";
import { checkLogits } from "./own-head.js";
import { makeParts, pooledOptions, textLength } from "./parts.js";
import { onCachedFeatures, throughModel } from "./setup.js";
import type { Task } from "./task.js";

/** `--task classify`: one of some labels for each text, read off the model by a head. */
export const classify: Task<TextExample> = {
  taskType: "FEATURE_EXTRACTION",
  readData: readLabelledTexts,
  async prepare({ options, data, backbone }) {
    if (options.head === "model") checkLogits(backbone, "pooled", data.labels, options.feature);
    const maxLength = textLength(options, backbone);
    const embed = textEmbedder(backbone, { maxLength, ...pooledOptions(options) });
    const parts = await makeParts(options, data.labels, embed);
    const encode = (texts: readonly Texts[]) => encodeExamples(backbone.tokenizer, texts, { maxLength });
    const note = options.quiet ? () => undefined : say;
    const setup =
      options.head === "late-fusion"
        ? await onCachedFeatures(backbone, parts, embed, { feature: options.feature, note })
        : await throughModel(backbone, parts, encode);
    return { parts, setup };
  },
  ownHeadType: "SEQ_CLS",
  metric: classificationMetrics,
  // Unlike the accuracy it tells small differences apart on a few examples.
  select: { metric: "logLoss", mode: "min" },
  evaluate: evaluateClassifier,
  predictor: classifierPredictor,
};
