import { restoreEmbedder } from "@incipit/adapter";
import type { Texts } from "@incipit/data";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { batchesOfPairs, pairMetrics, readPairs } from "../pairs.js";
import type { Report } from "../report.js";
import type { Predictor } from "../training/task.js";
import { readOptions } from "./columns.js";
import { type OpenPrompt, restoreOptions } from "./open.js";

/** How well the vectors of a file's texts tell which are alike. */
export async function evaluateEmbedder(
  { adapter, backbone }: OpenPrompt,
  options: EvalCommandOptions,
): Promise<Report> {
  const embedder = await restoreEmbedder(adapter, backbone, restoreOptions(adapter));
  try {
    const { step, parameters } = embedder;
    const encode = (texts: readonly Texts[]) => embedder.encode(texts);
    const pairs = await readPairs(options.data, readOptions(adapter, options));
    const { padId } = backbone.tokenizer;
    const batches = batchesOfPairs(pairs, { encode, padId, batchSize: EVALUATION_BATCH });
    const metric = pairMetrics(pairs);
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  } finally {
    await embedder.dispose();
  }
}

/** A line of JSON for each text with its vector, or for each pair of texts with their cosine. */
export async function embedderPredictor({ adapter, backbone }: OpenPrompt): Promise<Predictor> {
  const embedder = await restoreEmbedder(adapter, backbone, restoreOptions(adapter));
  return {
    pairs: "optional",
    async predict(texts) {
      const vectors = await embedder.embed(
        texts.flatMap(({ text, pair }) => [text, ...(pair === undefined ? [] : [pair])]),
      );
      let next = 0;
      const take = () => vectors[next++] ?? [];
      return texts.map((example) => `${JSON.stringify({ ...example, ...told(example, take) })}\n`);
    },
    dispose: () => embedder.dispose(),
  };
}

/** What is told of a text or a pair. @param take gives the next vector, of length 1 */
function told({ pair }: Texts, take: () => readonly number[]): object {
  const embedding = take();
  if (pair === undefined) return { embedding };
  const other = take();
  return { score: embedding.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0) };
}
