import { Command } from "@commander-js/extra-typings";
import {
  dtype,
  json,
  model,
  noQuotes,
  offline,
  pairColumn,
  precision,
  scoreColumn,
  threads,
} from "../options.js";

/** `incipit eval` */
export const evaluate = new Command("eval")
  .description("Evaluate a saved prompt on data like that of its training.")
  .argument("<prompt>", "the folder that incipit train made")
  .requiredOption("--data <file>", "data as in training: labelled texts, tagged words…")
  .option("--text-column <name>", "column of the text (default: as in training)")
  .option("--label-column <name>", "column of the label (default: as in training)")
  .option("--target-column <name>", "column of the answer, for --task seq2seq (default: as in training)")
  .option("--loss-only", "do not generate answers to compare, for --task seq2seq")
  .addOption(pairColumn())
  .addOption(scoreColumn())
  .addOption(noQuotes())
  .addOption(model())
  .addOption(dtype())
  .addOption(precision())
  .addOption(offline())
  .addOption(threads())
  .addOption(json())
  .addHelpText(
    "after",
    `
Examples:
  $ incipit eval my-prompt --data test.csv
  $ incipit eval spam --data mails.tsv --model ./MiniLM --json
  $ incipit eval to-french --data test.tsv --model ./t5-small`,
  );

/** The options of `incipit eval`. */
export type EvalCommandOptions = ReturnType<typeof evaluate.opts>;
