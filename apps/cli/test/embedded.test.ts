import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mustRunCli } from "./run-cli.js";

const reviews = `text,label
A wonderful evening with kind people,good
The best coffee in town,good
I am delighted with this lamp,good
A dreadful evening with rude people,bad
The worst coffee in town,bad
I am disappointed with this lamp,bad
`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  writeFileSync(join(folder, "reviews.csv"), reviews);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("works on the encoder that is built in when no model is named", async () => {
  const train = ["train", "--data", "reviews.csv", "--out", "prompt", "--init", "text:is this good or bad"];
  const options = ["--epochs", "10", "--virtual-tokens", "5", "--validation", "0", "--quiet"];
  await mustRunCli([...train, ...options], folder);
  const lines = "I am delighted with the coffee\nI am disappointed with the coffee\n";
  const { stdout } = await mustRunCli(["predict", "prompt"], folder, lines);
  expect(stdout).toMatch(/^\{.+"label":"good".+\}\n\{.+"label":"bad".+\}\n$/);
  const inspected = await mustRunCli(["inspect", "prompt"], folder);
  expect(inspected.stdout).toContain("universal-sentence-encoder-lite");
  expect(inspected.stdout).toMatch(/\n {2}1 {2}▁is \d\.\d\d /);
});
