import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";
import { writeTinyModel } from "./tiny-model.js";

let folder = "";

const things = ["soup", "hotel", "film", "staff", "room", "book", "train"];
const good = ["great", "lovely", "superb"];
const bad = ["awful", "rude", "cold"];

/** Alike where both are praised or both are not. */
const scored = Array.from({ length: 36 }, (_, i) => {
  const [first, second] = [i % 2 === 0 ? good : bad, i % 3 === 0 ? good : bad];
  const score = first === second ? 1 : 0;
  return `the ${things[i % 7]!} ${first[i % 3]!},the ${things[(i * 3) % 7]!} ${second[(i + 1) % 3]!},${score}`;
});
/** Alike where they are about the same thing. */
const unscored = things.flatMap((thing) => good.map((word, i) => `the ${thing} ${word},${bad[i]!} ${thing}`));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  writeFileSync(join(folder, "scored.csv"), ["text,other,score", ...scored].join("\n"));
  writeFileSync(join(folder, "unscored.csv"), ["text,other", ...unscored].join("\n"));
  writeFileSync(join(folder, "renamed.csv"), ["a,b,c", ...scored].join("\n"));
  writeFileSync(join(folder, "broken.csv"), ["text,other,score", "soup,book,high"].join("\n"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const onModel = ["--model", "model"];
const train = (data: string, ...options: string[]) => [
  ...["train", "--task", "similarity", "--data", data, ...onModel, "--virtual-tokens", "4"],
  ...["--batch-size", "12", "--epochs", "20", "--quiet", "--json", ...options],
];
const modules = ["--modules-to-save", "layer.0/output", "layer.0/attention", "--model-rate", "0.01"];

interface Outcome {
  readonly training: Readonly<Record<string, number>>;
}

describe("incipit train --task similarity", () => {
  it("learns vectors whose cosines are the scores", async () => {
    const { stdout } = await mustRunCli([...train("scored.csv", ...modules), "--out", "scored"], folder);
    const { training } = JSON.parse(stdout) as Outcome;
    expect(training["spearman"]).toBeGreaterThan(0.8);
    expect(training["mse"]).toBeLessThan(0.05);

    const evaluated = await mustRunCli(
      ["eval", "scored", "--data", "scored.csv", ...onModel, "--json"],
      folder,
    );
    const { values, examples } = JSON.parse(evaluated.stdout) as {
      values: Outcome["training"];
      examples: number;
    };
    expect(examples).toBe(36);
    expect(values["mse"]).toBeCloseTo(training["mse"]!, 5);
    const columns = ["--text-column", "a", "--pair-column", "b", "--score-column", "c"];
    const renamed = await mustRunCli(
      ["eval", "scored", "--data", "renamed.csv", ...onModel, ...columns],
      folder,
    );
    expect(renamed.stdout).toMatch(/^renamed\.csv: 36 examples\n\nmean squared error +0\.0\d\d\n/);
  });

  it("tells the vectors of texts, and how alike the texts of a pair are", async () => {
    const input =
      "the soup great\nthe film rude\nthe soup great\tthe film rude\nthe soup great\tthe soup great\n";
    const { stdout } = await mustRunCli(["predict", "scored", ...onModel], folder, input);
    const [soup, film, unlike, same] = stdout
      .trim()
      .split("\n")
      .map(
        (line) => JSON.parse(line) as { text: string; embedding?: number[]; pair?: string; score?: number },
      );
    expect(soup!.embedding).toHaveLength(32);
    const product = soup!.embedding!.reduce((sum, value, i) => sum + value * film!.embedding![i]!, 0);
    expect(unlike).toEqual({
      text: "the soup great",
      pair: "the film rude",
      score: expect.closeTo(product, 4) as number,
    });
    expect(same!.score).toBeCloseTo(1, 5);
  });

  it("learns which texts belong together where there are no scores", async () => {
    const { stdout } = await mustRunCli(
      [...train("unscored.csv", ...modules, "--temperature", "0.1"), "--out", "unscored"],
      folder,
    );
    const { training } = JSON.parse(stdout) as Outcome;
    expect(training["mrr"]).toBeGreaterThan(0.9);
    expect(Object.keys(training).sort()).toEqual(["accuracy", "mrr"]);

    const table = await mustRunCli(["eval", "unscored", "--data", "unscored.csv", ...onModel], folder);
    expect(table.stdout).toMatch(
      /^unscored\.csv: 21 examples\n\naccuracy +[01]\.\d{3}\nmean reciprocal rank +[01]\.\d{3}\n$/,
    );
  });

  it("refuses scores that are no numbers, and a missing column", async () => {
    const broken = await runCli([...train("broken.csv"), "--out", "none"], folder);
    expect(broken.stderr).toContain('broken.csv, line 2: expected a number such as 3.5, got "high"');
    const missing = await runCli([...train("renamed.csv"), "--out", "none"], folder);
    expect(missing.stderr).toMatch(/renamed\.csv: there is no column "text"/);
  });
});
