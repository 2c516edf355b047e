import { Command } from "@commander-js/extra-typings";
import { collect, dtype, model, offline, threads, whole } from "../options.js";

/** `incipit predict` */
export const predict = new Command("predict")
  .description("Tell the labels of texts: those given, or the lines of the standard input.")
  .argument("<prompt>", "the folder that incipit train made")
  .option("--text <text>", "a text; can be given several times", collect)
  .option("--pair <text>", "its second text, where the prompt was trained on pairs", collect)
  .option("--batch-size <n>", "lines that are read together, if they come fast enough", whole(1), 32)
  .addOption(model())
  .addOption(dtype())
  .addOption(offline())
  .addOption(threads())
  .addHelpText(
    "after",
    `
Prints a line of JSON for each text: {"text": …, "label": …, "probabilities": {…}}. On the standard input, a second
text follows the first after a tab.

Examples:
  $ incipit predict my-prompt --text "The soup was cold." --text "What a lovely evening!"
  $ incipit predict my-prompt < lines.txt > labels.jsonl`,
  );

/** The options of `incipit predict`. */
export type PredictCommandOptions = ReturnType<typeof predict.opts>;
