import { Command } from "@commander-js/extra-typings";
import { collect, dtype, json, model, offline, precision, threads, whole } from "../options.js";

/** `incipit predict` */
export const predict = new Command("predict")
  .description(
    "Tell the labels, numbers or vectors of texts, or the tags of their words: those given, or the lines of the standard input.",
  )
  .argument("<prompt>", "the folder that incipit train made")
  .option("--text <text>", "a text; can be given several times", collect)
  .option("--pair <text>", "its second text, where the prompt was trained on pairs", collect)
  .option("--batch-size <n>", "lines that are read together, if they come fast enough", whole(1), 32)
  .addOption(model())
  .addOption(dtype())
  .addOption(precision())
  .addOption(offline())
  .addOption(threads())
  .addOption(json())
  .addHelpText(
    "after",
    `
Prints a line of JSON for each text: {"text": …, "label": …, "probabilities": {…}}. A prompt of --task tag prints each word with
its tag on a line and an empty line after each text, with --json a line of {"tokens": […], "tags": […]} for each text.
One of --task qa takes a question as the text and its context as the second one, and prints the answer on a line, with --json
{"question": …, "answer": …, "start": …, "end": …, "score": …}.
Prompts of --task regress print {"text": …, "prediction": …}, those of --task similarity {"text": …, "embedding": […]} or, for
a pair, {"text": …, "pair": …, "score": …}. On the standard input, a second text follows the first after a tab.

Examples:
  $ incipit predict my-prompt --text "The soup was cold." --text "What a lovely evening!"
  $ incipit predict my-prompt < lines.txt > labels.jsonl`,
  );

/** The options of `incipit predict`. */
export type PredictCommandOptions = ReturnType<typeof predict.opts>;
