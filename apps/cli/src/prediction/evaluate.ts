import type { EvalCommandOptions } from "../commands/eval.js";
import { formatReport } from "../report.js";
import { taskOf } from "../training/tasks.js";
import { withPrompt } from "./open.js";

/** `incipit eval` */
export async function runEvaluation(folder: string, options: EvalCommandOptions): Promise<void> {
  const report = await withPrompt(folder, options, (prompt) =>
    taskOf(prompt.adapter).evaluate(prompt, options),
  );
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report, options.data));
}
