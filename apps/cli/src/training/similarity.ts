import { encodeExamples, type Texts } from "@incipit/data";
import { cosineSimilarityLoss, multipleNegativesRanking, pooledHead } from "@incipit/heads";
import { batchesOfPairs, haveScores, pairMetrics, readPairs, type TextPair } from "../pairs.js";
import { embedderPredictor, evaluateEmbedder } from "../prediction/embedder.js";
import { readExamples } from "./data.js";
import { makePrompt, pooledOptions, textLength } from "./parts.js";
import type { Task } from "./task.js";

/**
 * `--task similarity`: vectors of texts whose cosines are the scores of the data or, where it has none, such that a text is
 * nearer to its other one than to those of all other lines.
 */
export const similarity: Task<TextPair> = {
  taskType: "FEATURE_EXTRACTION",
  readData: (options) => readExamples(options, (path) => readPairs(path, options)),
  async prepare({ options, data, backbone }) {
    const maxLength = textLength(options, backbone);
    const { tokenizer } = backbone;
    const prompt = makePrompt(options, []);
    const head = pooledHead({ normalize: true, ...pooledOptions(options) });
    const trainable = ["prompt"] as const;
    const scored = haveScores(data.train.examples);
    const objective = scored
      ? cosineSimilarityLoss()
      : multipleNegativesRanking({ scale: 1 / options.temperature });
    const encode = (texts: readonly Texts[]) => encodeExamples(tokenizer, texts, { maxLength });
    return {
      parts: { prompt, head, trainable },
      setup: {
        step: await backbone.compile({ ...(prompt && { prompt }), head, trainable, objective }),
        ...(scored && { select: { metric: "spearman", mode: "max" } }),
        batches: ({ examples }, order) =>
          Promise.resolve(batchesOfPairs(examples, { encode, padId: tokenizer.padId, ...order })),
      },
    };
  },
  metric: (_, { examples }) => pairMetrics(examples),
  select: { metric: "mrr", mode: "max" },
  evaluate: evaluateEmbedder,
  predictor: embedderPredictor,
};
