import { cpSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.js";
import { root } from "../workspaces.js";

/**
 * Uses the installed `incipit` command from a table of texts to predictions; yields a line after each step.
 * @throws {Error} when a step fails, or prints nothing.
 */
export function* checkCli(consumer: string, env: NodeJS.ProcessEnv): Generator<string> {
  const incipit = (...args: string[]) => {
    const output = run(join(consumer, "node_modules/.bin/incipit"), args, { cwd: consumer, env });
    if (output.trim() === "") throw new Error(`incipit ${args.join(" ")} printed nothing`);
    return output.trim();
  };

  yield `incipit ${incipit("--version")}`;
  cpSync(join(root, "tests/files"), consumer, { recursive: true });
  const columns = ["--text-column", "text", "--label-column", "label"];
  for (const args of [
    ["train", "--data", "reviews.csv", ...columns, "--out", "my-prompt"],
    ["eval", "my-prompt", "--data", "test.csv", ...columns],
    ["predict", "my-prompt", "--text", "The book was charming."],
    ["inspect", "my-prompt"],
  ]) {
    incipit(...args);
    yield `incipit ${args[0] ?? ""}`;
  }
}
