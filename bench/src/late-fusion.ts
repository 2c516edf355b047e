/** @file `pnpm bench:late-fusion`: an epoch of late fusion on stored features beside one through the frozen model. */
import { Command } from "@commander-js/extra-typings";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import { loadUse } from "@incipit/backbone-use";
import { readData } from "@incipit/data/node";
import { type FusionCost, measureFusion } from "./late-fusion/measure.js";
import { DISTURBANCE } from "./machine.js";
import { whole } from "./options.js";
import { table } from "./table.js";

const command = new Command("bench:late-fusion")
  .description(
    "Late fusion with and without stored features: the first pass, an epoch of each kind, their ratio.",
  )
  .requiredOption("--data <file>", "labelled texts: a .csv, .tsv or .jsonl file")
  .option("--text-column <name>", "column of the text", "text")
  .option("--label-column <name>", "column of the label", "label")
  .option("--model <folder>", "a model in the hub's layout, to be measured beside the embedded encoder")
  .option("--texts <n>", "the first of the file's", whole(1), 1024)
  .option("--batch-size <n>", "texts per update", whole(1), 32)
  .option("--max-length <n>", "tokens of a text that are read", whole(1), 128)
  .option("--rounds <n>", "that are measured", whole(1), 5)
  .option("--epochs <n>", "on stored features in each round; through the model it is one", whole(1), 5)
  .option("--threads <n>", "of the model", whole(1), 2)
  .option("--json", "print the numbers as JSON, for programs");
command.action(async ({ data, textColumn, labelColumn, model, texts, threads, json, ...options }) => {
  const examples = (await readData(data, { textColumn, labelColumn })).slice(0, texts);
  const session = { threads };
  const loaders = [
    () => loadUse({ session }),
    ...(model === undefined ? [] : [() => loadModelFolder(model, { session })]),
  ];
  const costs: FusionCost[] = [];
  for (const load of loaders) {
    const backbone = await load();
    costs.push(await measureFusion(backbone, examples, options));
    await backbone.dispose();
  }
  console.log(json ? JSON.stringify(costs, null, 2) : table(COLUMNS, costs.map(cells)));
});

const COLUMNS = [
  "late fusion",
  ...["texts", "tokens", "first pass s", "next run s", "epoch s", "cached epoch s", "ratio", "others"],
];

await command.parseAsync();

function cells(cost: FusionCost): readonly string[] {
  const { model, texts, tokens, firstPass, nextRun, uncachedEpoch, cachedEpoch, ratio, otherCores } = cost;
  return [
    model,
    String(texts),
    tokens.toFixed(1),
    firstPass.toFixed(2),
    nextRun.toFixed(4),
    uncachedEpoch.toFixed(2),
    cachedEpoch.toFixed(4),
    `${(100 * ratio).toFixed(2)} %`,
    `${otherCores?.toFixed(2) ?? "?"}${(otherCores ?? 0) > DISTURBANCE ? " (!)" : ""}`,
  ];
}
