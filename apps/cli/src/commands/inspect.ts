import { Command } from "@commander-js/extra-typings";
import { dtype, json, model, offline } from "../options.js";

/** `incipit inspect` */
export const inspect = new Command("inspect")
  .description(
    "Say what a saved prompt is, where it comes from and which words its virtual tokens are near to.",
  )
  .argument("<prompt>", "the folder that incipit train, or PEFT, made")
  .addOption(model())
  .addOption(dtype())
  .addOption(offline())
  .addOption(json())
  .addHelpText(
    "after",
    `
Examples:
  $ incipit inspect my-prompt
  $ incipit inspect spam --model ./MiniLM --json`,
  );

/** The options of `incipit inspect`. */
export type InspectCommandOptions = ReturnType<typeof inspect.opts>;
