import type { Adapter } from "@incipit/adapter";
import { encodeExamples, labelIndices, textBatches, type TextExample } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { classificationMetrics } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { formatReport } from "../report.js";
import { trainedWith, withPrompt } from "./open.js";

/** `incipit eval` */
export async function runEvaluation(folder: string, options: EvalCommandOptions): Promise<void> {
  const report = await withPrompt(folder, options, async ({ adapter, backbone, classifier }) => {
    const { labels, step, parameters, maxLength } = classifier;
    const { tokenizer } = backbone;
    const examples = await readExamples(adapter, options);
    const batches = textBatches({
      encodings: encodeExamples(tokenizer, examples, { maxLength }),
      labels: labelIndices(labels, examples, options.data),
      padId: tokenizer.padId,
      batchSize: EVALUATION_BATCH,
      bucketByLength: true,
    });
    const metric = classificationMetrics({ labels });
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  });
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report, options.data));
}

/** The columns are those of training unless others are named. */
function readExamples(adapter: Adapter, options: EvalCommandOptions): Promise<readonly TextExample[]> {
  const column = (name: "textColumn" | "labelColumn" | "pairColumn") => {
    const chosen = options[name] ?? trainedWith(adapter, name);
    return typeof chosen === "string" ? { [name]: chosen } : {};
  };
  return readData(options.data, {
    quotes: options.quotes && trainedWith(adapter, "quotes") !== false,
    ...column("textColumn"),
    ...column("labelColumn"),
    ...column("pairColumn"),
  });
}
