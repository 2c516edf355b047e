import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";

const models = join(import.meta.dirname, "../../../packages/testing/test-data/conformance");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  const rows = Array.from({ length: 32 }, (_, i) =>
    i % 2 === 0 ? "the film was funny again,up" : "the book was boring again,down",
  );
  writeFileSync(join(folder, "reviews.csv"), ["text,label", ...rows].join("\n"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const train = (model: string, template: string, ...words: string[]) => [
  ...["train", "--task", "verbalize", "--data", "reviews.csv", "--model", join(models, model)],
  ...["--template", template, ...words.flatMap((word) => ["--words", word])],
  ...[
    "--virtual-tokens",
    "4",
    "--epochs",
    "40",
    "--batch-size",
    "8",
    "--max-length",
    "24",
    "--quiet",
    "--out",
    model,
  ],
];

describe.each([
  ["distilbert-mlm", "{text}, and it was {mask} .", ["up=good", "down=bad,boring"]],
  ["gpt2-causal-past", "{text} and", ["up=the", "down=a"]],
])("incipit train --task verbalize on %s", (model, template, words) => {
  it("learns to tell labels by their words; the prompt is used like any other", async () => {
    const { stdout } = await mustRunCli([...train(model, template, ...words), "--json"], folder);
    const { training } = JSON.parse(stdout) as { training: { accuracy: number; logLoss: number } };
    expect(training.accuracy).toBe(1);
    const { description } = JSON.parse(readFileSync(join(folder, model, "incipit.json"), "utf8")) as {
      description: object;
    };
    expect(description).toMatchObject({ template, head: { type: "verbalizer" }, labels: ["down", "up"] });

    const onModel = ["--model", join(models, model)];
    const evaluated = await mustRunCli(
      ["eval", model, "--data", "reviews.csv", ...onModel, "--json"],
      folder,
    );
    const { values } = JSON.parse(evaluated.stdout) as { values: typeof training };
    expect(values.logLoss).toBeCloseTo(training.logLoss, 5);

    // Far too long: cut within the template, whose end the answer needs.
    const text = `the film was funny again ${"and the cat ".repeat(40)}`;
    const told = await mustRunCli(
      ["predict", model, ...onModel, "--text", "the book was boring again", "--text", text],
      folder,
    );
    const lines = told.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { label: string });
    expect(lines).toMatchObject([{ label: "down" }, { label: expect.stringMatching(/up|down/) as string }]);
  });
});

it.each([
  ["distilbert-mlm", "{text}", ["up=good"], /the word "down" of the label "down" is not a single token/],
  ["gpt2-causal-past", "{text} {mask}", ["up=the", "down=a"], /this model's tokenizer has no mask token/],
  ["bert-seqcls", "{text} {mask}", [], /"bert-seqcls" expects no words/],
])("refuses %s with the template %j and %j", async (model, template, words, message) => {
  const { code, stderr } = await runCli(train(model, template, ...words), folder);
  expect(stderr).toMatch(message);
  expect(code).toBe(1);
});
