import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";
import { reviewsCsv, writeTinyModel } from "./tiny-model.js";

/*
 * What users get wrong: each with a message that says where and what to do, an exit code, no stack trace, and no file made, changed or
 * lost.
 */

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  await writeTinyModel(join(folder, "other-model"), 1);
  cpSync(join(folder, "model"), join(folder, "truncated"), { recursive: true });
  truncateSync(join(folder, "truncated/onnx/model.onnx"), 5000);
  const files = {
    "reviews.csv": reviewsCsv(40),
    "columns.csv": "review,stars\nthe soup cold,bad\n",
    "empty.csv": "",
    "quote.csv": 'text,label\nthe soup cold,bad\n"the film great,good\nthe book late,bad\n',
    "unseen.csv": `${reviewsCsv(4)}the room fresh,wonderful\n`,
    "one-class.csv": "text,label\nthe soup cold,bad\nthe film late,bad\n",
    "mails.txt": "the soup cold",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "precious"));
  writeFileSync(join(folder, "precious/notes.txt"), "do not lose me");
  await mustRunCli(["train", "--data", "reviews.csv", ...tiny, "--out", "prompt"], folder);
  cpSync(join(folder, "prompt"), join(folder, "lying"), { recursive: true });
  lieAboutHeader(join(folder, "lying/adapter_model.safetensors"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const tiny = ["--model", "model", "--virtual-tokens", "4", "--epochs", "1", "--quiet"];

/** Makes a safetensors file announce a header longer than the file. */
function lieAboutHeader(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeBigUInt64LE(BigInt(bytes.length * 1000));
  writeFileSync(path, bytes);
}

/** Every file of the folder with its content. */
function contents(): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path, readFileSync(path, "base64")];
    }),
  );
}

/** Runs a command that must fail, and leave everything as it was. */
async function failure(args: readonly string[], code = 1): Promise<string> {
  const before = contents();
  const result = await runCli(args, folder);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).not.toMatch(/\n\s+at |bug in Incipit/);
  expect(contents()).toEqual(before);
  return result.stderr;
}

const train = (data: string, ...options: string[]) => [
  "train",
  "--data",
  data,
  ...tiny,
  "--out",
  "new",
  ...options,
];

describe("data", () => {
  it.each([
    [
      "a missing column",
      train("columns.csv"),
      /^incipit: columns\.csv: there is no column "text".+"review", "stars"/,
    ],
    ["an empty file", train("empty.csv"), /^incipit: empty\.csv: the file is empty/],
    ["a broken quote", train("quote.csv"), /^incipit: quote\.csv, line 3: a quote/],
    [
      "a label in the test data that training never saw",
      train("reviews.csv", "--test-data", "unseen.csv"),
      /^incipit: unseen\.csv, line 6: the label "wonderful" is not one of those in training.+"bad", "good"/,
    ],
    [
      "a label in evaluation that training never saw",
      ["eval", "prompt", "--data", "unseen.csv", "--model", "model"],
      /^incipit: unseen\.csv, line 6: the label "wonderful"/,
    ],
    ["one class only", train("one-class.csv"), /^incipit: one-class\.csv: .+"bad".+at least two labels/],
    ["a file that is not there", train("none.csv"), /^incipit: none\.csv: cannot be read/],
    ["a format that is not known", train("mails.txt"), /^incipit: mails\.txt: .+\.csv, \.tsv, \.jsonl/],
  ])("%s", async (_, args, message) => {
    expect(await failure(args)).toMatch(message);
  });
});

describe("models and prompts", () => {
  const onOther = ["--model", "other-model"];
  it.each([
    ["a truncated ONNX file", train("reviews.csv", "--model", "truncated"), /truncated\/onnx\/model\.onnx/],
    [
      "a model that is not there",
      train("reviews.csv", "--model", "./none"),
      /^incipit: \.\/none: there is no such folder/,
    ],
    [
      "a model that nobody has downloaded",
      train("reviews.csv", "--model", "none", "--offline"),
      /^incipit: none: config\.json, .+ not found in .+; offline, nothing is downloaded/,
    ],
    [
      "a dtype that the model does not come in",
      train("reviews.csv", "--dtype", "q4"),
      /^incipit: model: expected a model at onnx\/model_q4\.onnx .+; found onnx\/model\.onnx/,
    ],
    [
      "a dtype of the embedded model",
      ["inspect", "prompt", "--dtype", "q8"],
      /^incipit: --dtype: the embedded encoder comes in one; give a --model/,
    ],
    [
      "a feature that the model lacks",
      train("reviews.csv", "--feature", "mood"),
      /no feature "mood".+last_hidden_state/,
    ],
    [
      "more virtual tokens than the model has room for",
      train("reviews.csv", "--virtual-tokens", "48"),
      /takes 48 tokens; beside 48 virtual ones there is room for 0/,
    ],
    [
      "a safetensors file with a lying header",
      ["predict", "lying", "--model", "model", "--text", "the soup cold"],
      /lying\/adapter_model\.safetensors: its first bytes announce a header of \d+ bytes/,
    ],
    [
      "the same in inspect",
      ["inspect", "lying"],
      /lying\/adapter_model\.safetensors: its first bytes announce/,
    ],
    [
      "a prompt on another model",
      ["predict", "prompt", ...onOther, "--text", "the soup cold"],
      /^incipit: This adapter for "model" does not belong to the model "other-model"/,
    ],
    [
      "a prompt on the embedded model",
      ["eval", "prompt", "--data", "reviews.csv"],
      /^incipit: prompt: this prompt was trained on the model "model".+--model/,
    ],
    ["a folder without a prompt", ["inspect", "precious"], /^incipit: precious holds no adapter/],
    ["a prompt that is not there", ["inspect", "none"], /^incipit: Cannot read the adapter none/],
  ])("%s", async (_, args, message) => {
    expect(await failure(args)).toMatch(message);
  });
});

describe("training", () => {
  it("a loss that is not a number ends it; the prompt that was there stays, and so does the checkpoint", async () => {
    const before = contents();
    const args = ["train", "--data", "reviews.csv", ...tiny, "--out", "prompt", "--epochs", "20"];
    const { code, stdout, stderr } = await runCli([...args, "--head-rate", "1e38"], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /incipit: Training diverged at update \d+ of 40 .+: the loss is .+ Lower the learning rates/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    const checkpoint = join(folder, "prompt.checkpoint");
    const { [checkpoint]: kept, ...after } = contents();
    expect(kept).toBeDefined();
    expect(after).toEqual(before);
    rmSync(checkpoint);
  });

  it("an output folder that is the working folder is refused", async () => {
    const args = ["train", "--data", "../reviews.csv", "--out", "../prompt"];
    const { code, stderr } = await runCli(args, join(folder, "prompt"));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the working folder") as string,
    });
  });

  it("an output folder that cannot be written is refused before anything is read", async () => {
    const args = ["train", "--data", "none.csv", "--model", "none", "--out", "reviews.csv/prompt"];
    expect(await failure(args)).toMatch(/^incipit: --out reviews\.csv\/prompt: .+\(ENOTDIR/);
  });

  it.skipIf(process.getuid?.() === 0)("so is a folder that one may not write to", async () => {
    mkdirSync(join(folder, "locked"), { mode: 0o555 });
    const args = ["train", "--data", "none.csv", "--model", "none", "--out", "locked/prompt"];
    expect(await failure(args)).toMatch(/^incipit: --out locked\/prompt: cannot be written \(EACCES/);
  });

  it.each([
    [
      "--out that is something else",
      ["--out", "precious"],
      /^incipit: --out precious: it exists and is not a saved prompt/,
    ],
    ["--out that is a file", ["--out", "reviews.csv"], /^incipit: --out reviews\.csv: .+ENOTDIR/],
    [
      "a log that cannot be written",
      ["--log", "mails.txt/log"],
      /^incipit: --log mails\.txt\/log: cannot be written/,
    ],
    [
      "a label that is not there",
      ["--describe", "fine=a fine day"],
      /--describe: the data has no label "fine"/,
    ],
    ["patience without validation", ["--patience", "2", "--validation", "0"], /--patience needs examples/],
  ])("%s", async (_, options, message) => {
    expect(await failure(train("reviews.csv", ...options))).toMatch(message);
  });
});

describe("the command line", () => {
  it.each([
    [
      "a value that is not among the choices",
      ["--head", "soft"],
      /'soft' is invalid.+softmax, label-similarity, late-fusion/,
    ],
    [
      "an initialisation that there is not",
      ["--init", "zeros"],
      /'zeros' is invalid.+text:"…", labels, vocabulary, random/,
    ],
    ["a number that is none", ["--epochs", "many"], /'many' is invalid.+whole number of at least 1/],
    ["a number out of range", ["--validation", "1"], /'1' is invalid.+from 0 to below 1/],
    ["an unknown option", ["--epoch", "1"], /unknown option '--epoch'\n\(Did you mean --epochs\?\)/],
  ])("%s", async (_, options, message) => {
    expect(await failure(train("reviews.csv", ...options), 2)).toMatch(message);
  });

  it.each([
    ["an unknown command", ["trian"], /unknown command 'trian'\n\(Did you mean train\?\)/],
    [
      "a missing option",
      ["train", "--data", "reviews.csv"],
      /required option '--out <folder>' not specified/,
    ],
    [
      "pairs that do not fit",
      ["predict", "prompt", "--text", "a", "--pair", "b", "--pair", "c"],
      /1 --text but 2 --pair/,
    ],
  ])("%s", async (_, args, message) => {
    expect(await failure(args, 2)).toMatch(message);
  });
});
