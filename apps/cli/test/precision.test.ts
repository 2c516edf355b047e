import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mustRunCli } from "./run-cli.js";
import { reviewsCsv, writeTinyModel } from "./tiny-model.js";

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  writeFileSync(join(folder, "reviews.csv"), reviewsCsv(60));
  for (const precision of ["fp32", "int8"]) await mustRunCli(train(precision, precision), folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function train(out: string, precision: string): readonly string[] {
  const options = ["--virtual-tokens", "4", "--epochs", "10", "--batch-size", "8", "--quiet"];
  return [
    ...["train", "--data", "reviews.csv", "--model", "model", "--out", out, "--precision", precision],
    ...options,
  ];
}

function weights(prompt: string): string {
  return readFileSync(join(folder, prompt, "adapter_model.safetensors"), "base64");
}

/** How a prompt does on the training data. */
async function evaluation(prompt: string, ...options: readonly string[]) {
  const args = ["eval", prompt, "--data", "reviews.csv", "--model", "model", "--json", ...options];
  const { stdout } = await mustRunCli(args, folder);
  const { values } = JSON.parse(stdout) as {
    values: { readonly accuracy: number; readonly logLoss: number };
  };
  return values;
}

it("--precision int8 rounds in training, and the same seed gives the same bytes", async () => {
  await mustRunCli(train("again", "int8"), folder);
  expect(weights("again")).toBe(weights("int8"));
  expect(weights("fp32")).not.toBe(weights("int8"));
});

it("a prompt is evaluated in the precision that it was trained in, unless another is asked for", async () => {
  const usual = await evaluation("int8");
  const exact = await evaluation("int8", "--precision", "fp32");
  expect(usual).toEqual(await evaluation("int8", "--precision", "int8"));
  expect(usual.accuracy).toBeGreaterThan(0.8);
  expect(exact.logLoss).not.toBe(usual.logLoss);
  expect(Math.abs(exact.logLoss - usual.logLoss)).toBeLessThan(0.05);
});

it("incipit inspect says what it was trained in", async () => {
  const { stdout } = await mustRunCli(["inspect", "int8"], folder);
  expect(stdout).toMatch(/^precision {7}int8$/m);
});
