import { Command } from "@commander-js/extra-typings";
import manifest from "../package.json" with { type: "json" };
import { evaluate } from "./commands/eval.js";
import { inspect } from "./commands/inspect.js";
import { predict } from "./commands/predict.js";
import { train } from "./commands/train.js";
import { exitCodesHelp } from "./failures.js";

/** The `incipit` command with its subcommands. What goes wrong is thrown, also what commander finds wrong. */
export const program = new Command("incipit")
  .description("Prompt tuning: the model stays frozen, a few virtual tokens learn the task.")
  .version(manifest.version)
  .option("--verbose", "when something fails, print the stack trace, too")
  .addHelpText(
    "after",
    `
Examples:
  $ incipit train --data reviews.csv --out my-prompt
  $ incipit eval my-prompt --data test.csv
  $ incipit predict my-prompt --text "The soup was cold."
  $ incipit inspect my-prompt

${exitCodesHelp}`,
  );

for (const command of [train, evaluate, predict, inspect]) {
  program.addCommand(command.copyInheritedSettings(program).exitOverride());
}
program.exitOverride();
