import { deepStrictEqual } from "node:assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.js";
import { root } from "../workspaces.js";

/**
 * Uses the installed `incipit` command from a table of texts to predictions; yields a line after each step.
 * @throws {Error} when a step fails, or prints something else than it should.
 */
export function* checkCli(consumer: string, env: NodeJS.ProcessEnv): Generator<string> {
  const incipit = (args: string, input = "") =>
    run(join(consumer, "node_modules/.bin/incipit"), args.split(" "), { cwd: consumer, env, input }).trim();

  yield `incipit ${incipit("--version")}`;
  cpSync(join(root, "tests/files"), consumer, { recursive: true });

  expectMatch(incipit("train --data reviews.csv --out my-prompt"), /Saved my-prompt/);
  yield "incipit train";
  const training = "train --data reviews.csv --test-data test.csv --head late-fusion --out fused --json";
  expectMatch(incipit(training), /"examples": 12,/);
  yield "incipit train, late fusion";

  for (const prompt of ["my-prompt", "fused"]) {
    expectMatch(incipit(`eval ${prompt} --data test.csv --text-column text`), /^accuracy +[01]\.\d{3}$/m);
  }
  yield "incipit eval";

  const texts = ["The book was charming.", "The soup was cold."];
  const lines = incipit("predict my-prompt", texts.join("\n")).split("\n");
  const predicted = lines.map((line) => JSON.parse(line) as { text: string; label: string });
  deepStrictEqual(
    predicted.map(({ text }) => text),
    texts,
  );
  for (const { label } of predicted) expectMatch(label, /^(good|bad)$/);
  yield "incipit predict";

  expectMatch(incipit("inspect my-prompt"), /Nearest words of each virtual token/);
  yield "incipit inspect";
}

function expectMatch(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`expected something like ${String(pattern)}, got:\n${text}`);
}
