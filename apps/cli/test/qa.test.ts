import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";
import { writeTinyModel } from "./tiny-model.js";

const models = join(import.meta.dirname, "../../../packages/testing/test-data/conformance-more");
const good = ["great", "lovely", "superb", "kind", "fresh"];
const others = ["soup", "hotel", "film", "awful", "rude", "cold", "late"];

let folder = "";

/** Contexts of so many words with one good word among them, which answers the question. */
function questions(count: number, length: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length }, (_word, j) => others[(i * 3 + j * 5) % others.length]!);
    const at = (i * 7) % length;
    const answer = good[i % good.length]!;
    words.splice(at, 1, answer);
    const context = words.join(" ");
    return {
      question: "the room",
      context,
      answers: { text: [answer], answer_start: [context.indexOf(answer)] },
    };
  });
}

const jsonl = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join("\n");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  const short = questions(24, 6);
  writeFileSync(join(folder, "short.jsonl"), jsonl(short));
  writeFileSync(join(folder, "long.jsonl"), jsonl(questions(24, 90)));
  const squad = {
    version: "1.1",
    data: [
      {
        title: "Rooms",
        paragraphs: [
          {
            context: "Awful soup,  superb hotel",
            qas: [{ id: "a", question: "the room", answers: [{ text: "superb", answer_start: 13 }] }],
          },
        ],
      },
    ],
  };
  writeFileSync(join(folder, "squad.json"), JSON.stringify(squad));
  writeFileSync(
    join(folder, "broken.jsonl"),
    jsonl([...short.slice(0, 2), { ...short[2], answers: { text: ["great"], answer_start: [1] } }]),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const train = (data: string, ...options: string[]) => [
  ...["train", "--task", "qa", "--data", data, "--model", "model", "--virtual-tokens", "4"],
  ...["--batch-size", "8", "--head-rate", "0.05", "--stride", "8", "--quiet", ...options],
];

describe("incipit train --task qa", () => {
  it("learns to find answers; the prompt is saved for PEFT, evaluated, and answers", async () => {
    const { stdout } = await mustRunCli(
      [...train("short.jsonl"), "--epochs", "20", "--max-answer-tokens", "1", "--out", "answers", "--json"],
      folder,
    );
    const { training } = JSON.parse(stdout) as { training: Record<string, number> };
    expect(training).toEqual({ exactMatch: 100, f1: 100 });
    const config = readFileSync(join(folder, "answers/adapter_config.json"), "utf8");
    expect(JSON.parse(config)).toMatchObject({ task_type: "QUESTION_ANS", modules_to_save: ["qa_outputs"] });
    expect(readFileSync(join(folder, "answers/adapter_model.safetensors"), "latin1")).toContain(
      "base_model.qa_outputs.weight",
    );

    const evaluated = await mustRunCli(
      ["eval", "answers", "--data", "squad.json", "--model", "model"],
      folder,
    );
    expect(evaluated.stdout).toMatch(/squad\.json: 1 questions\n\nexact match +100\.000\nF1 +100\.000/);

    const asked = await mustRunCli(
      ["predict", "answers", "--model", "model", "--text", "the room", "--pair", "cold: FRESH, rude"],
      folder,
    );
    expect(asked.stdout).toBe("FRESH\n");
    const lines = await mustRunCli(
      ["predict", "answers", "--model", "model", "--json"],
      folder,
      "the room\tthe film rude\tgreat soup\nthe room\t\n",
    );
    const found = lines.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(found).toMatchObject([
      { question: "the room", answer: "great", start: 14, end: 19 },
      { question: "the room", answer: null, score: null },
    ]);
  });

  it("finds answers wherever they are in contexts that are longer than the model reads", async () => {
    const options = ["--epochs", "20", "--train", "head", "--max-answer-tokens", "1"];
    await mustRunCli([...train("long.jsonl", ...options), "--out", "long"], folder);
    const { stdout } = await mustRunCli(
      ["eval", "long", "--data", "long.jsonl", "--model", "model", "--json"],
      folder,
    );
    const { questions: asked, values } = JSON.parse(stdout) as {
      questions: number;
      values: Record<string, number>;
    };
    expect(asked).toBe(24);
    // The model reads half of a context at once, so without its windows there were half of the answers to find.
    expect(values["exactMatch"]).toBeGreaterThan(75);
  });

  it("trains a prompt for a model that answers questions itself", async () => {
    const model = join(models, "ernie-qa-fused");
    const options = ["--model", model, "--head", "model", "--epochs", "3", "--log", "log.jsonl"];
    await mustRunCli([...train("short.jsonl", ...options), "--out", "own"], folder);
    const losses = readFileSync(join(folder, "log.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"step"'))
      .map((line) => JSON.parse(line) as { type: string; loss: number })
      .filter(({ type }) => type === "step")
      .map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const config = readFileSync(join(folder, "own/adapter_config.json"), "utf8");
    expect(JSON.parse(config)).toMatchObject({ task_type: "FEATURE_EXTRACTION", modules_to_save: null });
    const told = await mustRunCli(
      ["predict", "own", "--model", model, "--text", "the cat", "--pair", "a book"],
      folder,
    );
    expect(told.stdout.trim()).not.toBe("");
    expect("a book").toContain(told.stdout.trim());
  });

  it.each([
    [
      "an answer that is not where it should be",
      ["broken.jsonl"],
      /^incipit: broken\.jsonl, line 3: the answer "great" should start at character 1, where/,
    ],
    [
      "a table",
      ["table.csv"],
      /^incipit: table\.csv: cannot tell its format from "\.csv"; known are \.json, \.jsonl, \.ndjson/,
    ],
    [
      "heads of other tasks",
      ["short.jsonl", "--head", "late-fusion"],
      /^incipit: --head late-fusion is not for --task qa; choose softmax or model/,
    ],
    [
      "models without token states",
      ["short.jsonl", "--model", join(models, "ernie-qa-fused")],
      /The backbone has no feature of tokens/,
    ],
  ])("refuses %s", async (_, [data = "", ...options], message) => {
    const { code, stderr } = await runCli([...train(data, ...options), "--out", "none"], folder);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it("asks for the context of a question", async () => {
    const without = ["predict", "answers", "--model", "model"];
    const given = await runCli([...without, "--text", "the room"], folder);
    expect(given).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("give a --pair for each --text") as string,
    });
    const line = await runCli(without, folder, "the room\n");
    expect(line.stderr).toContain('The question "the room" has no context; it stands behind a tab.');
  });
});
