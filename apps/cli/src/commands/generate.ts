import { Command } from "@commander-js/extra-typings";
import {
  collect,
  dtype,
  fromZero,
  json,
  model,
  offline,
  positive,
  probability,
  threads,
  whole,
} from "../options.js";

/** `incipit generate` */
export const generate = new Command("generate")
  .description("Go on with a text, or answer it, with a saved prompt in front or without; prints as it goes.")
  .requiredOption("--text <text>", "what to go on with; can be given several times", collect)
  .option("--prompt <folder>", "a prompt that was trained on this model, by incipit train or PEFT")
  .option("--max-new-tokens <n>", "how many tokens to generate at most", whole(1), 256)
  .option(
    "--temperature <t>",
    "0: always the most probable token; above: draw tokens (default: 0, or 1 with --top-k or --top-p)",
    fromZero,
  )
  .option("--top-k <n>", "draw among so many of the most probable tokens", whole(1))
  .option(
    "--top-p <p>",
    "draw among the most probable tokens that have this probability together",
    probability,
  )
  .option("--repetition-penalty <p>", "above 1, tokens that were there before become less probable", positive)
  .option("--beams <n>", "search so many continuations at once for the most probable", whole(1))
  .option("--stop <text>", "end before this text; can be given several times", collect)
  .option("--seed <n>", "the same seed draws the same text", whole(0), 0)
  .addOption(model())
  .addOption(dtype())
  .addOption(offline())
  .addOption(threads())
  .addOption(json())
  .addHelpText(
    "after",
    `
The model is a decoder or an encoder-decoder. With --json, a line of JSON for each text: {"input": …, "text": …,
"generated": …, "tokens": …, "end": "end-token", "stop-string" or "length"}.

Examples:
  $ incipit generate --model ./stories260K --text "Once upon a time"
  $ incipit generate --model ./stories260K --text "Once upon a time" --temperature 1 --top-p 0.95 --seed 1
  $ incipit generate --model ./t5-small --prompt to-french --text "Good morning." --beams 4`,
  );

/** The options of `incipit generate`. */
export type GenerateCommandOptions = ReturnType<typeof generate.opts>;
