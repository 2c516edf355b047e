import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli, startCli } from "./run-cli.js";
import { reviewsCsv, writeTinyModel } from "./tiny-model.js";

let folder = "";
const incipit = (args: string, input?: string) => mustRunCli(args.split(" "), folder, input);
const read = (path: string) => readFileSync(join(folder, path), "utf8");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  writeFileSync(join(folder, "reviews.csv"), reviewsCsv(60));
  writeFileSync(join(folder, "test.csv"), reviewsCsv(24));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const train =
  "train --data reviews.csv --model model --virtual-tokens 4 --epochs 30 --head-rate 0.05 --validation 0.1";

describe("from a table to a tuned prompt", () => {
  it("trains, tells how it went, and leaves nothing but what was asked for", async () => {
    const before = readdirSync(folder);
    const { stdout, stderr } = await incipit(
      `${train} --out my-prompt --test-data test.csv --log run.jsonl --curve curve.svg`,
    );
    expect(stderr).toContain("update 60/60");
    expect(stderr).toMatch(/update 3\/60 \| loss \d\.\d{4} \| \d+ examples\/s \| \d+ s left/);
    expect(stdout).toMatch(/^test\.csv: 24 examples\n\naccuracy {14}(1\.000|0\.9\d\d)\n/);
    expect(stdout).toMatch(/On the 6 examples held out: accuracy \d\.\d{3}, log loss \d\.\d{3}\./);
    expect(stdout).toMatch(/Saved my-prompt \(194 trained values, \d\.\d kB\)\.\n$/);
    expect(
      readdirSync(folder)
        .filter((name) => !before.includes(name))
        .toSorted(),
    ).toEqual(["curve.svg", "my-prompt", "run.jsonl"]);
    expect(read("curve.svg")).toMatch(/^<svg/);
    const events = read("run.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "completed", step: 60 });
  });

  it("evaluates with the columns of training", async () => {
    writeFileSync(join(folder, "renamed.csv"), reviewsCsv(24).replace("text,label", "review,stars"));
    const columns = "--text-column review --label-column stars";
    const table = await incipit("eval my-prompt --data test.csv --model model");
    expect(table.stdout).toMatch(/^test\.csv: 24 examples\n/);
    expect(table.stdout).toMatch(/\nlabel \\ predicted {2}bad {2}good\n/);
    const json = await incipit(`eval my-prompt --data renamed.csv --model model --json ${columns}`);
    const report = JSON.parse(json.stdout) as { examples: number; values: { accuracy: number } };
    expect(report.examples).toBe(24);
    expect(table.stdout).toContain(`accuracy              ${report.values.accuracy.toFixed(3)}`);
    expect(json.stderr + table.stderr).toBe("");
  });

  it("predicts the texts it is given", async () => {
    const args = [
      "predict",
      "my-prompt",
      "--model",
      "model",
      "--text",
      "the staff awful",
      "--text",
      "the train lovely",
    ];
    const { stdout } = await mustRunCli(args, folder);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { text: "the staff awful", label: "bad" },
      { text: "the train lovely", label: "good" },
    ]);
    const { good, bad } = lines[0]!["probabilities"] as Record<string, number>;
    expect(good! + bad!).toBeCloseTo(1, 6);
  });

  it("gives a line for every line of the input, also for an empty one", async () => {
    const input = `the room dirty\r\n\r\n${"the staff kind\n".repeat(100)}the book fresh`;
    const { stdout } = await incipit("predict my-prompt --model model --batch-size 16", input);
    const texts = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { text: string }).text);
    expect(texts).toEqual(input.split(/\r?\n/));
  });

  it("answers a line before the next one comes", async () => {
    const child = startCli(["predict", "my-prompt", "--model", "model"], folder);
    const answers = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (const text of ["the soup cold", "the film lovely"]) {
      child.stdin.write(`${text}\n`);
      expect(JSON.parse(String((await answers.next()).value))).toMatchObject({ text });
    }
    child.stdin.end();
    expect((await answers.next()).done).toBe(true);
  });

  it("says what a prompt is and where it comes from", async () => {
    const { stdout } = await incipit("inspect my-prompt --model model");
    expect(stdout).toMatch(/\nsize {12}\d\.\d kB, 194 trained values\n/);
    expect(stdout).toMatch(/\nvirtual tokens {2}4, in front\n/);
    expect(stdout).toMatch(/\nlabels {10}bad, good\n/);
    expect(stdout).toMatch(/\ntrained on {6}reviews\.csv \(sha256 [\da-f]{12}…\), seed 0, @incipit\/cli /);
    const json = await incipit("inspect my-prompt --model model --json");
    const { nearestWords } = JSON.parse(json.stdout) as { nearestWords: { similarity: number }[][] };
    expect(nearestWords.map((near) => near.length)).toEqual([5, 5, 5, 5]);
    expect(nearestWords.flat().every(({ similarity }) => similarity <= 1)).toBe(true);
  });

  it("inspects without the model, save for the words", async () => {
    const { stdout } = await incipit("inspect my-prompt");
    expect(stdout).toContain("give --model");
  });
});

describe("the other heads", () => {
  const fused = `${train} --head late-fusion --test-data test.csv`;

  it("late fusion predicts as it was trained", async () => {
    const trained = await incipit(`${fused} --out fused --feature-cache off --json`);
    const { test } = JSON.parse(trained.stdout) as { test: { values: { logLoss: number } } };
    const { stdout } = await incipit("eval fused --data test.csv --model model --json");
    const { values } = JSON.parse(stdout) as typeof test;
    expect(values.logLoss).toBeCloseTo(test.values.logLoss, 4);
  });

  it("reads texts once: the next run finds what the model said of them, and learns the same", async () => {
    const files = () => readdirSync(join(folder, "features")).toSorted();
    const saved = (name: string) => readFileSync(join(folder, name, "incipit.safetensors"));
    const first = await incipit(`${fused} --out first --feature-cache features`);
    expect(first.stderr).not.toContain("was kept");
    const kept = files();
    // Texts of training, held out, and of the test.
    expect(kept).toHaveLength(3);
    const second = await incipit(`${fused} --out second --feature-cache features`);
    expect(second.stderr.match(/What the model says of \d+ texts was kept in features\./g)).toHaveLength(3);
    expect(files()).toEqual(kept);
    expect(saved("second")).toEqual(saved("first"));
    await incipit(`${train} --out head --train head --feature-cache features --quiet`);
    expect(files()).toEqual(kept);

    writeFileSync(join(folder, "features", kept[0]!), "half a file");
    const third = await incipit(`${fused} --out third --feature-cache features`);
    expect(third.stderr).toMatch(/warning: .+\.safetensors: .+ They are computed anew\./);
    expect(saved("third")).toEqual(saved("first"));
    const other = await incipit(`${fused} --out fourth --feature-cache features --max-length 3`);
    expect(other.stderr).not.toContain("was kept");
  });

  it("label similarity leaves the embedded descriptions as they are", async () => {
    const describe = ["--describe", "good=great lovely superb", "bad=awful rude cold"];
    const args = [...`${train} --out similar --head label-similarity --quiet`.split(" "), ...describe];
    const { stdout, stderr } = await mustRunCli(args, folder);
    // Four virtual tokens, 32 wide.
    expect(stdout).toContain("128 trained values");
    expect(stderr).not.toContain("update");
    const { stdout: inspected } = await incipit("inspect similar --json");
    expect(JSON.parse(inspected)).toMatchObject({ trainedValues: 128, head: { type: "label-similarity" } });
  });

  it("a head alone has no virtual tokens", async () => {
    await incipit(`${train} --out alone --train head --feature-cache off --quiet`);
    expect((await incipit("inspect alone")).stdout).toMatch(/\nvirtual tokens {2}none\n/);
    expect((await incipit("eval alone --data test.csv --model model")).stdout).toMatch(
      /^test\.csv: 24 examples\n/,
    );
  });
});

it("trains on pairs, and predicts pairs from the command line and from tab-separated lines", async () => {
  const pairs = reviewsCsv(40).replaceAll("the ", "the,").replace("text,", "text,second,");
  writeFileSync(join(folder, "pairs.csv"), pairs);
  await incipit(
    `train --data pairs.csv --pair-column second --model model --out pairs --epochs 1 --virtual-tokens 4 --quiet`,
  );
  const args = ["predict", "pairs", "--model", "model", "--text", "the", "--pair", "soup cold"];
  const [given, piped] = [
    await mustRunCli(args, folder),
    await incipit("predict pairs --model model", "the\tsoup cold\n"),
  ];
  expect(JSON.parse(given.stdout)).toMatchObject({ text: "the", pair: "soup cold" });
  expect(piped.stdout).toBe(given.stdout);
  const single = await runCli(args.slice(0, 6), folder);
  expect(single).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("give a --pair") as string,
  });
});
