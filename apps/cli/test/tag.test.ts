import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";
import { writeTinyModel } from "./tiny-model.js";

let folder = "";

/** Sentences whose words have these tags, in turn. */
function sentences(tags: Readonly<Record<string, string>>, count: number): readonly (readonly string[])[] {
  const words = Object.keys(tags);
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 3 + (i % 4) }, (_word, j) => words[(i * 5 + j * 3) % words.length]!),
  );
}

const conll = (tags: Readonly<Record<string, string>>, rows: readonly (readonly string[])[]) =>
  rows.map((words) => words.map((word) => `${word}\t${tags[word]!}\n`).join("")).join("\n");

const entities = {
  the: "O",
  soup: "B-FOOD",
  hotel: "B-PLACE",
  great: "O",
  room: "I-PLACE",
  late: "O",
  fresh: "O",
};
const parts = { the: "DET", soup: "NOUN", hotel: "NOUN", great: "ADJ", late: "ADJ" };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  const rows = sentences(entities, 24);
  writeFileSync(join(folder, "entities.conll"), conll(entities, rows));
  const long = Array.from({ length: 100 }, (_, i) => Object.keys(entities)[i % 7]!);
  writeFileSync(join(folder, "long.conll"), conll(entities, [long]));
  const jsonl = sentences(parts, 24).map((tokens) =>
    JSON.stringify({ tokens, tags: tokens.map((word) => parts[word as keyof typeof parts]) }),
  );
  writeFileSync(join(folder, "parts.jsonl"), jsonl.join("\n"));
  writeFileSync(join(folder, "unseen.conll"), "the\tO\nsoup\tB-DRINK\n");
  writeFileSync(join(folder, "broken.conll"), "the\tO\nsoup\n");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const train = (data: string, ...options: string[]) => [
  ...["train", "--task", "tag", "--data", data, "--model", "model", "--virtual-tokens", "4"],
  ...["--batch-size", "8", "--head-rate", "0.05", "--quiet", ...options],
];

describe("incipit train --task tag", () => {
  it("learns entities; the prompt is saved for PEFT, evaluated, and tags words", async () => {
    const { stdout } = await mustRunCli(
      [...train("entities.conll"), "--epochs", "20", "--out", "entities", "--json"],
      folder,
    );
    const { training, labels } = JSON.parse(stdout) as {
      training: Record<string, number>;
      labels: string[];
    };
    expect(labels).toEqual(["B-FOOD", "B-PLACE", "I-PLACE", "O"]);
    expect(training).toMatchObject({ f1: 1, accuracy: 1 });

    const config = readFileSync(join(folder, "entities/adapter_config.json"), "utf8");
    expect(JSON.parse(config)).toMatchObject({
      task_type: "TOKEN_CLS",
      modules_to_save: ["classifier", "score"],
    });
    expect(readFileSync(join(folder, "entities/adapter_model.safetensors"), "latin1")).toContain(
      "base_model.classifier.weight",
    );

    const evaluated = await mustRunCli(
      ["eval", "entities", "--data", "entities.conll", "--model", "model", "--json"],
      folder,
    );
    const { values, types } = JSON.parse(evaluated.stdout) as { values: typeof training; types: object[] };
    expect(values["logLoss"]).toBeCloseTo(training["logLoss"]!, 5);
    expect(types).toMatchObject([{ type: "FOOD" }, { type: "PLACE" }]);

    const told = await mustRunCli(
      ["predict", "entities", "--model", "model", "--text", "The soup  late", "--text", "hotel room"],
      folder,
    );
    expect(told.stdout).toBe("The\tO\nsoup\tB-FOOD\nlate\tO\n\nhotel\tB-PLACE\nroom\tI-PLACE\n\n");
    const lines = await mustRunCli(
      ["predict", "entities", "--model", "model", "--json"],
      folder,
      "the soup\n\n",
    );
    expect(lines.stdout).toBe('{"tokens":["the","soup"],"tags":["O","B-FOOD"]}\n{"tokens":[],"tags":[]}\n');
  });

  it("tags every word of a sentence that is longer than the model reads", async () => {
    const { stdout } = await mustRunCli(
      ["eval", "entities", "--data", "long.conll", "--model", "model"],
      folder,
    );
    expect(stdout).toContain("long.conll: 100 words");
    const words = readFileSync(join(folder, "long.conll"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[0]);
    const told = await mustRunCli(
      ["predict", "entities", "--model", "model", "--text", words.join(" ")],
      folder,
    );
    expect(
      told.stdout
        .trim()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual(words);
  });

  it("learns parts of speech, which it tells accuracy and errors of", async () => {
    const { stdout } = await mustRunCli(
      [
        ...train("parts.jsonl"),
        "--epochs",
        "20",
        "--out",
        "parts",
        "--test-data",
        "parts.jsonl",
        "--train",
        "head",
      ],
      folder,
    );
    expect(stdout).toMatch(/accuracy +1\.000/);
    expect(stdout).toMatch(/label \\ predicted +ADJ +DET +NOUN/);
  });

  it.each([
    [
      "a tag in the test data that training never saw",
      ["entities.conll", "--test-data", "unseen.conll"],
      /^incipit: unseen\.conll, sentence of line 1: the tag "B-DRINK" of "soup" is not one of those in training/,
    ],
    [
      "a word without a tag",
      ["broken.conll"],
      /^incipit: broken\.conll, line 2: expected a word and its tag/,
    ],
    [
      "a table of texts",
      ["table.csv"],
      /^incipit: table\.csv: cannot tell its format from "\.csv"; known are \.conll/,
    ],
  ])("refuses %s", async (_, [data = "", ...options], message) => {
    const { code, stderr } = await runCli([...train(data, ...options), "--out", "none"], folder);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it("trains a prompt for a model that tags words itself, where it has a logit for each tag", async () => {
    const model = join(
      import.meta.dirname,
      "../../../packages/testing/test-data/conformance-more/xlm-roberta-tokencls",
    );
    const words = ["the", "cat", "book", "film", "door"];
    const rows = Array.from({ length: 16 }, (_, i) =>
      words.map((_word, j) => words[(i + j) % words.length]!),
    );
    const tags = Object.fromEntries(words.map((word) => [word, word.toUpperCase()]));
    writeFileSync(join(folder, "own.conll"), conll(tags, rows));
    const options = ["--model", model, "--head", "model", "--epochs", "2"];
    await mustRunCli([...train("own.conll", ...options), "--out", "own"], folder);
    const { stdout } = await mustRunCli(["predict", "own", "--model", model, "--text", "the film"], folder);
    expect(stdout).toMatch(/^the\t[A-Z]+\nfilm\t[A-Z]+\n\n$/u);
    const fewer = await runCli([...train("entities.conll", ...options), "--out", "none"], folder);
    expect(fewer.stderr).toContain('should tell 4 labels by its own "logits"; it has 5 of them');
  });

  it("refuses models that tell nothing of tokens, and options of other tasks", async () => {
    const models = join(import.meta.dirname, "../../../packages/testing/test-data/conformance");
    const pooled = await runCli(
      [...train("entities.conll"), "--model", join(models, "bert-seqcls"), "--out", "none"],
      folder,
    );
    expect(pooled.stderr).toMatch(/The backbone has no feature of tokens; it has none of them/);
    const pooling = await runCli([...train("entities.conll"), "--pooling", "mean", "--out", "none"], folder);
    expect(pooling).toMatchObject({ code: 2 });
    expect(pooling.stderr).toContain("is not for --task tag");
  });
});
