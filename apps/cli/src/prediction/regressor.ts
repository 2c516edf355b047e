import { restoreRegressor } from "@incipit/adapter";
import type { Texts } from "@incipit/data";
import { regressionMetrics, type RegressionReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { numberBatches, readNumbers } from "../numbers.js";
import type { Predictor } from "../training/task.js";
import { readOptions } from "./columns.js";
import { type OpenPrompt, restoreOptions, trainedWith } from "./open.js";

/** How well a prompt tells the numbers of a file. */
export async function evaluateRegressor(
  { adapter, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<RegressionReport> {
  const regressor = await restoreRegressor(adapter, backbone, restoreOptions(adapter));
  try {
    const { step, parameters } = regressor;
    const encode = (texts: readonly Texts[]) => regressor.encode(texts);
    const examples = await readNumbers(options.data, readOptions(adapter, options));
    const { padId } = backbone.tokenizer;
    const batches = numberBatches(examples, { encode, padId, batchSize: EVALUATION_BATCH });
    const metric = regressionMetrics();
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  } finally {
    await regressor.dispose();
  }
}

/** A line of JSON with a number for each text. */
export async function regressorPredictor({ adapter, backbone }: OpenPrompt): Promise<Predictor> {
  const regressor = await restoreRegressor(adapter, backbone, restoreOptions(adapter));
  return {
    pairs: typeof trainedWith(adapter, "pairColumn") === "string",
    async predict(texts) {
      const numbers = await regressor.predict(texts);
      return numbers.map((prediction, i) => `${JSON.stringify({ ...texts[i], prediction })}\n`);
    },
    dispose: () => regressor.dispose(),
  };
}
