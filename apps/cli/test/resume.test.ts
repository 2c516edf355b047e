import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mustRunCli, runCli, startCli } from "./run-cli.js";
import { reviewsCsv, writeTinyModel } from "./tiny-model.js";

let folder = "";
let uninterrupted: Record<string, string> = {};

const training = (out: string, ...more: string[]) => [
  ...["train", "--data", "reviews.csv", "--model", "model", "--virtual-tokens", "4", "--quiet"],
  ...["--epochs", "60", "--batch-size", "8", "--checkpoint-every", "5"],
  ...["--out", out, "--log", `${out}.jsonl`, ...more],
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(join(folder, "model"));
  writeFileSync(join(folder, "reviews.csv"), reviewsCsv(100));
  await mustRunCli(training("whole"), folder);
  uninterrupted = contents("whole");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function contents(prompt: string): Record<string, string> {
  const names = readdirSync(join(folder, prompt));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, prompt, name), "base64")]));
}

/** Start training, and send it a signal when its log tells of a checkpoint after some updates. */
async function interrupt(out: string, signal: NodeJS.Signals) {
  const child = startCli(training(out), folder);
  const stderr = text(child.stderr);
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const log = join(folder, `${out}.jsonl`);
  while (!existsSync(log) || !/"type":"checkpoint","step":\d*[1-9]\d*/.test(readFileSync(log, "utf8"))) {
    if (child.exitCode !== null) throw new Error(`ended before its first checkpoint:\n${await stderr}`);
    await setTimeout(10);
  }
  child.kill(signal);
  const [code, killedBy] = await closed;
  return { code, killedBy, stderr: await stderr };
}

it("a run that was killed and resumed gives the bytes of one that was not", async () => {
  const { killedBy } = await interrupt("killed", "SIGKILL");
  expect(killedBy).toBe("SIGKILL");
  expect(existsSync(join(folder, "killed"))).toBe(false);

  const again = await runCli(training("killed"), folder);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("Add --resume") as string });
  const other = await runCli(training("killed", "--resume", "--head-rate", "0.5"), folder);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("learningRates.head") as string });

  await mustRunCli(training("killed", "--resume"), folder);
  expect(Object.keys(uninterrupted).toSorted()).toEqual([
    "adapter_config.json",
    "adapter_model.safetensors",
    "incipit.json",
    "incipit.safetensors",
  ]);
  expect(contents("killed")).toEqual(uninterrupted);
  expect(existsSync(join(folder, "killed.checkpoint"))).toBe(false);
});

it.each(["SIGINT", "SIGTERM"] as const)(
  "%s ends a run in order; resumed, it gives the same bytes",
  async (signal) => {
    const out = signal.toLowerCase();
    const { code, stderr } = await interrupt(out, signal);
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /Interrupted after update \d+; its state is in \w+\.checkpoint\. To go on, add --resume\.\n$/,
    );
    expect(existsSync(join(folder, out))).toBe(false);
    await mustRunCli(training(out, "--resume"), folder);
    expect(contents(out)).toEqual(uninterrupted);
  },
);
