import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";

const models = join(import.meta.dirname, "../../../packages/testing/test-data/conformance");
const model = join(models, "bert-seqcls");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  const rows = Array.from(
    { length: 30 },
    (_, i) =>
      ["the film was funny again,up", "the book was boring again,down", "we walked home,level"][i % 3]!,
  );
  writeFileSync(join(folder, "reviews.csv"), ["text,label", ...rows].join("\n"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const train = (...options: string[]) => [
  ...["train", "--data", "reviews.csv", "--model", model, "--virtual-tokens", "4", "--batch-size", "8"],
  ...["--max-length", "24", "--epochs", "20", "--quiet", ...options],
];

describe("incipit train --modules-to-save", () => {
  it("trains the model's own classifier; the prompt carries it for PEFT, and it is put back", async () => {
    const { stdout } = await mustRunCli(
      train(
        "--head",
        "model",
        "--modules-to-save",
        "classifier",
        "--model-rate",
        "0.01",
        "--out",
        "own",
        "--json",
      ),
      folder,
    );
    const { training, trainedValues } = JSON.parse(stdout) as {
      training: Record<string, number>;
      trainedValues: number;
    };
    expect(training["accuracy"]).toBe(1);
    // Four virtual tokens of 32, and a classifier of three labels.
    expect(trainedValues).toBe(4 * 32 + 3 * 32 + 3);

    const config = JSON.parse(readFileSync(join(folder, "own/adapter_config.json"), "utf8")) as object;
    expect(config).toMatchObject({ task_type: "SEQ_CLS", modules_to_save: ["classifier", "score"] });
    const tensors = readFileSync(join(folder, "own/adapter_model.safetensors"), "latin1");
    expect(tensors).toContain('"base_model.classifier.weight"');
    expect(tensors).toContain('"base_model.classifier.bias"');

    const onModel = ["--model", model];
    const evaluated = await mustRunCli(
      ["eval", "own", "--data", "reviews.csv", ...onModel, "--json"],
      folder,
    );
    const { values } = JSON.parse(evaluated.stdout) as { values: typeof training };
    expect(values["logLoss"]).toBeCloseTo(training["logLoss"]!, 4);
    const told = await mustRunCli(["predict", "own", ...onModel, "--text", "we walked home"], folder);
    expect(JSON.parse(told.stdout)).toMatchObject({ label: "level" });
    const inspected = await mustRunCli(["inspect", "own", ...onModel], folder);
    expect(inspected.stdout).toMatch(/\nof the model +classifier\n/);
    expect(inspected.stdout).toContain("227 trained values");
  });

  it("trains other modules beside a head of ours", async () => {
    await mustRunCli(
      train("--feature", "logits", "--modules-to-save", "pooler.dense", "--out", "pooler"),
      folder,
    );
    const config = JSON.parse(readFileSync(join(folder, "pooler/adapter_config.json"), "utf8")) as object;
    expect(config).toMatchObject({
      task_type: "FEATURE_EXTRACTION",
      modules_to_save: ["bert.pooler.dense"],
    });
    const { stdout } = await mustRunCli(
      ["eval", "pooler", "--data", "reviews.csv", "--model", model],
      folder,
    );
    expect(stdout).toMatch(/^reviews\.csv: 30 examples/);
  });

  it.each([
    [
      "a module that the model lacks",
      ["--modules-to-save", "clasifier"],
      /no module "clasifier".*it has bert/,
    ],
    [
      "a model that tells other labels",
      ["--head", "model", "--model", join(models, "distilbert-mlm")],
      /--head model: "distilbert-mlm" should tell 3 labels by its own "logits"; it is no classifier/,
    ],
    [
      "features that were computed before",
      ["--head", "late-fusion", "--modules-to-save", "pooler"],
      /there are no --modules-to-save/,
    ],
  ])("refuses %s", async (_, options, message) => {
    const { stderr, code } = await runCli(train(...options, "--out", "none"), folder);
    expect(stderr).toMatch(message);
    expect(code).toBeGreaterThan(0);
  });
});
