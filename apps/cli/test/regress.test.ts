import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";
import { writeTinyModel } from "./tiny-model.js";

let folder = "";

/** Texts whose number is 100 and ten for each word of praise. */
const rows = Array.from({ length: 40 }, (_, i) => {
  const words = ["great", "lovely", "superb"].slice(0, i % 4);
  return `the ${["soup", "hotel", "film", "book"][i % 3]!} ${words.join(" ")} ,${100 + 10 * words.length}`;
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  writeFileSync(join(folder, "stars.csv"), ["review,stars", ...rows].join("\n"));
  writeFileSync(join(folder, "broken.csv"), ["review,stars", ...rows, "the film,many"].join("\n"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const columns = ["--text-column", "review", "--label-column", "stars"];
const train = [
  ...["train", "--task", "regress", "--model", "model", "--virtual-tokens", "4", ...columns],
  ...["--batch-size", "8", "--epochs", "30", "--quiet"],
];

describe("incipit train --task regress", () => {
  it("reads texts once where the head alone is learned, and never again", async () => {
    const head = [...train, "--data", "stars.csv", "--train", "head", "--head-rate", "0.1", "--json"];
    const run = async (out: string, cache: string) => {
      const { stdout } = await mustRunCli([...head, "--out", out, "--feature-cache", cache], folder);
      return (JSON.parse(stdout) as { training: Record<string, number> }).training;
    };
    const first = await run("head", "features");
    expect(first["pearson"]).toBeGreaterThan(0.9);
    expect(readdirSync(join(folder, "features"))).toHaveLength(1);
    expect(await run("head-again", "features")).toEqual(first);
    expect(await run("head-uncached", "off")).toEqual(first);
    const json = await mustRunCli(
      ["eval", "head", "--data", "stars.csv", "--model", "model", "--json"],
      folder,
    );
    const { values } = JSON.parse(json.stdout) as { values: typeof first };
    expect(values["mse"]).toBeCloseTo(first["mse"]!, 3);
  });

  it("learns numbers of any size; the prompt is evaluated and tells them", async () => {
    const { stdout } = await mustRunCli(
      [...train, "--data", "stars.csv", "--out", "stars", "--json"],
      folder,
    );
    const { training } = JSON.parse(stdout) as { training: Record<string, number> };
    expect(training["rmse"]).toBeLessThan(3);
    expect(training["pearson"]).toBeGreaterThan(0.95);
    expect(training["mse"]).toBeCloseTo(training["rmse"]! ** 2, 6);

    const onModel = ["--model", "model"];
    const json = await mustRunCli(["eval", "stars", "--data", "stars.csv", ...onModel, "--json"], folder);
    const { values, examples } = JSON.parse(json.stdout) as { values: typeof training; examples: number };
    expect(examples).toBe(40);
    expect(values["mse"]).toBeCloseTo(training["mse"]!, 3);
    const table = await mustRunCli(["eval", "stars", "--data", "stars.csv", ...onModel], folder);
    expect(table.stdout).toMatch(/^stars\.csv: 40 examples\n\nmean squared error +\d+\.\d{3}\n/);
    expect(table.stdout).toMatch(/\nSpearman correlation +0\.9\d\d\n/);

    const told = await mustRunCli(
      ["predict", "stars", ...onModel],
      folder,
      "the soup\nthe soup great lovely superb\n",
    );
    const [plain, praised] = told.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { text: string; prediction: number });
    expect(plain).toMatchObject({ text: "the soup", prediction: expect.closeTo(100, -1) as number });
    expect(praised!.prediction).toBeGreaterThan(120);

    const inspected = await mustRunCli(["inspect", "stars"], folder);
    expect(inspected.stdout).toMatch(/\nhead +regression\n/);
    expect(inspected.stdout).toMatch(
      /\ntraining +RMSE \d\.\d{3}, Pearson (0\.9\d\d|1\.000), Spearman 0\.9\d\d\n/,
    );
  });

  it("names the line of a label that is no number, and options that are not for it", async () => {
    const broken = await runCli([...train, "--data", "broken.csv", "--out", "none"], folder);
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toContain('broken.csv, line 42: expected a number such as 3.5, got "many"');
    const head = await runCli(
      [...train, "--data", "stars.csv", "--out", "none", "--head", "softmax"],
      folder,
    );
    expect(head).toMatchObject({ code: 2 });
  });
});
