import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";

const model = join(import.meta.dirname, "../../../packages/testing/test-data/conformance/t5-seq2seq-split");

let folder = "";
const incipit = (...args: string[]) => mustRunCli([...args, "--model", model], folder);
const train = ["train", "--task", "seq2seq", "--data", "pairs.jsonl", "--virtual-tokens", "4", "--quiet"];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  const pairs = ["cat", "book", "film", "door"].flatMap((word) =>
    ["the", "a", "this", "an"].map((article) => ({ text: `${article} ${word}`, answer: `${word} again` })),
  );
  writeFileSync(join(folder, "pairs.jsonl"), pairs.map((pair) => JSON.stringify(pair)).join("\n"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("learns to answer; the prompt is evaluated and generated with", async () => {
  const options = ["--target-column", "answer", "--epochs", "30", "--batch-size", "8", "--log", "log.jsonl"];
  const { stdout } = await incipit(...train, ...options, "--out", "answers", "--json");
  const { training } = JSON.parse(stdout) as { training: { loss: number; perplexity: number } };
  const [first] = readFileSync(join(folder, "log.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"step"'))
    .map((line) => JSON.parse(line) as { type: string; loss?: number })
    .filter(({ type }) => type === "step");
  expect(training.loss).toBeLessThan(first!.loss! - 0.3);

  const config = readFileSync(join(folder, "answers/adapter_config.json"), "utf8");
  expect(JSON.parse(config)).toMatchObject({ task_type: "SEQ_2_SEQ_LM" });

  const evaluated = await incipit("eval", "answers", "--data", "pairs.jsonl", "--json");
  const { values } = JSON.parse(evaluated.stdout) as { values: Record<string, number> };
  expect(values["loss"]).toBeCloseTo(training.loss, 5);
  // All answers end in the same word, which is learned first.
  expect(Object.keys(values)).toEqual(expect.arrayContaining(["exactMatch", "bleu", "chrf", "rougeL"]));
  const lossOnly = await incipit("eval", "answers", "--data", "pairs.jsonl", "--loss-only");
  expect(lossOnly.stdout).toMatch(/perplexity +[\d.]+\nloss/);
  expect(lossOnly.stdout).not.toContain("BLEU");

  const generate = ["generate", "--text", "the cat", "--max-new-tokens", "4"];
  const [plain, prompted] = [await incipit(...generate), await incipit(...generate, "--prompt", "answers")];
  expect(prompted.stdout).not.toBe(plain.stdout);
});

it.each([
  ["seq2seq", "gpt2-causal-past", /--task seq2seq: "gpt2-causal-past" answers no texts/],
  ["generate", "t5-seq2seq-split", /"t5-seq2seq-split" is an encoder-decoder; use --task seq2seq/],
])("refuses --task %s on %s", async (task, name, message) => {
  const target = task === "seq2seq" ? ["--target-column", "answer"] : [];
  const args = [...train, "--task", task, ...target, "--model", join(model, "..", name), "--out", "none"];
  const { code, stderr } = await runCli(args, folder);
  expect(stderr).toMatch(message);
  expect(code).toBe(1);
});
