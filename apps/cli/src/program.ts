import { Command } from "@commander-js/extra-typings";
import manifest from "../package.json" with { type: "json" };
import { evaluate } from "./commands/eval.js";
import { generate } from "./commands/generate.js";
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
  $ incipit generate --model ./stories260K --text "Once upon a time"

${exitCodesHelp}`,
  );

// What a command does is loaded when it is called: --help and --version need none of it.
train.action(async (options) => {
  const { runTraining } = await import("./training/run.js");
  process.exitCode = await runTraining(options);
});

evaluate.action(async (prompt, options) => {
  const { runEvaluation } = await import("./prediction/evaluate.js");
  await runEvaluation(prompt, options);
});

predict.action(async (prompt, options) => {
  const { text = [], pair = [] } = options;
  if (text.length === 0 && process.stdin.isTTY) {
    predict.error("error: give --text, or pipe lines to the standard input");
  }
  if (pair.length > 0 && pair.length !== text.length) {
    predict.error(`error: there are ${text.length} --text but ${pair.length} --pair; give one for each`);
  }
  const { runPrediction } = await import("./prediction/predict.js");
  await runPrediction(prompt, options);
});

inspect.action(async (prompt, options) => {
  const { runInspection } = await import("./inspection/inspect.js");
  await runInspection(prompt, options);
});

generate.action(async (options) => {
  const { runGeneration } = await import("./generation/run.js");
  await runGeneration(options);
});

for (const command of [train, evaluate, predict, inspect, generate]) {
  program.addCommand(command.copyInheritedSettings(program).exitOverride());
}
program.exitOverride();
