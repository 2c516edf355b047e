/** @file `pnpm bench:gradient`: the error of the straight-through gradient of an int8 base against the fp32 gradient. */
import { Command } from "@commander-js/extra-typings";
import type { OptimizationOptions } from "@incipit/backbone-onnx";
import { loadModelFolder, type ModelFileOptions } from "@incipit/backbone-onnx/node";
import type { Backbone, Batch, TrainStep } from "@incipit/core";
import { encodeExamples, labelIndices, labelSet, textBatches, type TextExample } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { crossEntropy, softmaxHead } from "@incipit/heads";
import { fromVocabulary, softPrompt } from "@incipit/prompts";
import { seededRandom } from "@incipit/tensor";
import { compareGradients } from "./gradient/compare.js";
import { whole } from "./options.js";
import { hasQuantisedFile, QUANTISED as suffix } from "./quantised-file.js";
import { table } from "./table.js";

/** What `incipit train` starts with. */
const RATES = { prompt: 0.3, head: 0.01 };

/** One arithmetic of the model. */
interface Arithmetic {
  readonly name: string;
  readonly files: ModelFileOptions;
  readonly optimization: OptimizationOptions;
}

const FP32: Arithmetic = { name: "fp32", files: {}, optimization: { precision: "fp32" } };
const INT8: Arithmetic = { name: "int8", files: {}, optimization: { precision: "int8" } };

/** Where the model comes quantised too. */
const AS_QUANTISED: readonly Arithmetic[] = [
  { name: "quantised file, gradient in int8", files: { suffix }, optimization: {} },
  { name: "quantised file, gradient in fp32", files: { suffix }, optimization: { precision: "fp32" } },
];

const command = new Command("bench:gradient")
  .description(
    "How far the gradient through an int8 base is from the one through fp32, over the first updates of a training on real texts.",
  )
  .requiredOption(
    "--model <folder>",
    "the model, in the hub's layout; its quantised file, if there is one, is compared too",
  )
  .requiredOption("--texts <file>", "labelled texts: a .csv, .tsv or .jsonl file")
  .option("--text-column <name>", "column of the text", "text")
  .option("--label-column <name>", "column of the label", "label")
  .option("--virtual-tokens <n>", "in front of each text", whole(1), 20)
  .option("--batches <n>", "how many are compared", whole(1), 8)
  .option("--batch-size <n>", "texts per batch", whole(1), 32)
  .option("--seed <n>", "of the prompt, the head and the order of the texts", whole(0), 0)
  .option("--threads <n>", "of ONNX Runtime", whole(1), 2)
  .option("--json", "one line of JSON");
command.action(async (options) => {
  const { textColumn, labelColumn, seed, json } = options;
  const examples = await readData(options.texts, { textColumn, labelColumn });
  const arithmetics = [FP32, INT8, ...((await hasQuantisedFile(options.model)) ? AS_QUANTISED : [])];
  const opened: Opened[] = [];
  for (const arithmetic of arithmetics) opened.push(await open(arithmetic, labelSet(examples).length));
  const [reference, ...variants] = opened;
  if (reference === undefined) return;
  const batches = batchesOf(examples, reference.backbone);
  const found = await compareGradients(reference.step, variants, { batches, rates: RATES, seed });
  const model = reference.backbone.name;
  console.log(json ? JSON.stringify({ model, batches: batches.length, variants: found }) : format(found));
  for (const { step, backbone } of opened) {
    await step.dispose();
    await backbone.dispose();
  }
});
await command.parseAsync();

interface Opened {
  readonly name: string;
  readonly backbone: Backbone;
  readonly step: TrainStep;
}

async function open({ name, files, optimization }: Arithmetic, labels: number): Promise<Opened> {
  const { model, threads, virtualTokens } = command.opts();
  const backbone = await loadModelFolder(model, { ...files, session: { threads }, optimization });
  const step = await backbone.compile({
    prompt: softPrompt({ virtualTokens, init: fromVocabulary() }),
    head: softmaxHead({ labels }),
    objective: crossEntropy(),
  });
  return { name, backbone, step };
}

function batchesOf(examples: readonly TextExample[], { tokenizer, maxLength }: Backbone): readonly Batch[] {
  const { virtualTokens, batchSize, batches, seed } = command.opts();
  const source = textBatches({
    encodings: encodeExamples(tokenizer, examples, { maxLength: maxLength - virtualTokens }),
    labels: labelIndices(labelSet(examples), examples),
    padId: tokenizer.padId,
    batchSize,
    bucketByLength: true,
    random: seededRandom(seed).stream("order"),
  });
  return [...source.epoch(0)].slice(0, batches);
}

function format(found: Awaited<ReturnType<typeof compareGradients>>): string {
  return table(
    ["against fp32", "cosine", "worst", "‖Δg‖ / ‖g‖", "Δloss / loss"],
    found.map(({ name, ...numbers }) => [
      name,
      ...[numbers.cosine, numbers.worstCosine, numbers.relativeError, numbers.loss].map((value) =>
        value.toFixed(4),
      ),
    ]),
  );
}
