import { encodeExamples, type Texts } from "@incipit/data";
import { meanSquaredError, regressionHead } from "@incipit/heads";
import { regressionMetrics } from "@incipit/metrics";
import { numberBatches, type NumberedText, numbersOf, readNumbers } from "../numbers.js";
import { evaluateRegressor, regressorPredictor } from "../prediction/regressor.js";
import { type Part, readExamples } from "./data.js";
import { cachingEmbedder } from "./features.js";
import { learnsBehindModel, makePrompt, pooledOptions, textLength, trainableGroups } from "./parts.js";
import { onCachedFeatures } from "./setup.js";
import type { Task } from "./task.js";

/** `--task regress`: a number for each text, read off the model by a head. */
export const regress: Task<NumberedText> = {
  taskType: "FEATURE_EXTRACTION",
  readData: (options) => readExamples(options, (path) => readNumbers(path, options)),
  async prepare({ options, data, backbone }) {
    const maxLength = textLength(options, backbone);
    const { tokenizer } = backbone;
    const prompt = makePrompt(options, []);
    const head = regressionHead({ ...scaleOf(data.train.examples), ...pooledOptions(options) });
    const trainable = trainableGroups(options);
    const objective = meanSquaredError("prediction", 1);
    const parts = { prompt, head, trainable };
    if (learnsBehindModel(parts, options)) {
      const embed = cachingEmbedder(backbone, { maxLength, ...pooledOptions(options) }, options);
      const targets = ({ examples }: Part<NumberedText>) => ({ target: numbersOf(examples) });
      const { feature } = options;
      return {
        parts,
        setup: await onCachedFeatures(backbone, parts, { embed, feature, objective, targets }),
      };
    }
    const encode = (texts: readonly Texts[]) => encodeExamples(tokenizer, texts, { maxLength });
    return {
      parts,
      setup: {
        step: await backbone.compile({ ...(prompt && { prompt }), head, trainable, objective }),
        batches: ({ examples }, order) =>
          Promise.resolve(numberBatches(examples, { encode, padId: tokenizer.padId, ...order })),
      },
    };
  },
  metric: regressionMetrics,
  select: { metric: "mse", mode: "min" },
  evaluate: evaluateRegressor,
  predictor: regressorPredictor,
};

/** Mean and standard deviation of the numbers; 1 for the latter where they are all the same. */
function scaleOf(examples: readonly NumberedText[]): { readonly mean: number; readonly deviation: number } {
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = meanOf(examples.map(({ number }) => number));
  const variance = meanOf(examples.map(({ number }) => (number - mean) ** 2));
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
