import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";

const model = join(import.meta.dirname, "../../../packages/testing/test-data/conformance/gpt2-causal-past");
const story = "the children were at the beach and the cat was on the boat";

let folder = "";
const incipit = (...args: string[]) => mustRunCli([...args, "--model", model], folder);
const read = (path: string) => readFileSync(join(folder, path), "utf8");

const train = ["train", "--task", "generate", "--data", "stories.jsonl", "--virtual-tokens", "4", "--quiet"];
const long = [
  ...train,
  "--epochs",
  "20",
  "--batch-size",
  "8",
  "--test-data",
  "test.csv",
  "--log",
  "log.jsonl",
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  const stories = Array.from({ length: 32 }, (_, i) => JSON.stringify({ text: story.slice(0, 20 + i) }));
  writeFileSync(join(folder, "stories.jsonl"), stories.join("\n"));
  writeFileSync(join(folder, "test.csv"), `text\n${story}\n`);
  const { stdout } = await incipit(...long, "--out", "stories");
  writeFileSync(join(folder, "stdout"), stdout);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("incipit train --task generate", () => {
  it("makes the texts more probable, and tells their perplexity", () => {
    const losses = read("log.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; loss: number })
      .filter(({ type }) => type === "step")
      .map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.3);
    expect(read("stdout")).toMatch(/^test\.csv: \d+ tokens\n\nperplexity +\d+\.\d{3}\nloss +\d\.\d{3}\n/);
    expect(read("stdout")).toMatch(/On the 32 examples of training: perplexity \d+\.\d{3}, loss \d\.\d{3}\./);
  });

  it("saves a prompt in front, for PEFT's causal language models", () => {
    expect(JSON.parse(read("stories/adapter_config.json"))).toMatchObject({ task_type: "CAUSAL_LM" });
    const { description } = JSON.parse(read("stories/incipit.json")) as { description: object };
    expect(description).toMatchObject({ placement: "front", provenance: { options: { task: "generate" } } });
    expect(description).not.toHaveProperty("labels");
  });

  it("keeps the parameters with the least loss on the examples held out", async () => {
    const { stdout } = await incipit(...train, "--validation", "0.25", "--out", "held-out", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      validation: { perplexity: expect.any(Number) as number, loss: expect.any(Number) as number },
      test: null,
    });
  });
});

describe("a prompt to generate with", () => {
  it("is evaluated by its perplexity, as after training", async () => {
    const { stdout } = await incipit("eval", "stories", "--data", "test.csv");
    expect(read("stdout")).toContain(stdout.trim());
  });

  it("is put in front of what is generated", async () => {
    const args = ["generate", "--text", "the", "--max-new-tokens", "12"];
    const [plain, prompted] = [await incipit(...args), await incipit(...args, "--prompt", "stories")];
    expect(prompted.stdout).toMatch(/^the/);
    expect(prompted.stdout).not.toBe(plain.stdout);
  });

  it("is inspected like any other", async () => {
    const { stdout } = await incipit("inspect", "stories");
    expect(stdout).toMatch(/\ntraining +perplexity \d+\.\d{3}, loss \d\.\d{3}\n/);
  });

  it("tells no labels", async () => {
    const { code, stderr } = await runCli(["predict", "stories", "--model", model, "--text", "the"], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/trained to generate text.+incipit generate --prompt/);
  });
});

it.each([
  [["--head", "softmax"], 2, /option '--head <kind>' is not for --task generate/],
  [["--model", join(model, "../bert-seqcls")], 1, /generates no text. Give a decoder/],
])("refuses %o", async (options, code, message) => {
  const result = await runCli([...train, "--out", "none", "--model", model, ...options], folder);
  expect(result.stderr).toMatch(message);
  expect(result.code).toBe(code);
});
