import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, type TrainEvent } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileCheckpoints } from "./file-checkpoints.js";
import { jsonlLog } from "./jsonl-log.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-trainer-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("fileCheckpoints", () => {
  it("loads what was saved last, and nothing before", async () => {
    const store = fileCheckpoints(join(folder, "new", "run.safetensors"));
    expect(await store.load()).toBeUndefined();
    await store.save(Uint8Array.of(1, 2, 3));
    await store.save(Uint8Array.of(4));
    expect(Array.from((await store.load())!)).toEqual([4]);
    expect(await readdir(join(folder, "new"))).toEqual(["run.safetensors"]);
  });

  it("keeps the old checkpoint when a save was cut off halfway", async () => {
    const path = join(folder, "run.safetensors");
    const store = fileCheckpoints(path);
    await store.save(Uint8Array.of(1, 2, 3));
    await writeFile(`${path}.tmp`, Uint8Array.of(9));
    expect(Array.from((await store.load())!)).toEqual([1, 2, 3]);
    await store.save(Uint8Array.of(4));
    expect(await readdir(folder)).toEqual(["run.safetensors"]);
  });

  it("says that a place cannot be written to, or read", async () => {
    await writeFile(join(folder, "file"), "");
    const store = fileCheckpoints(join(folder, "file", "run.safetensors"));
    await expect(store.save(Uint8Array.of(1))).rejects.toThrow(ConfigError);
    await expect(store.save(Uint8Array.of(1))).rejects.toThrow(
      /Cannot write the checkpoint .*run\.safetensors: E/,
    );
    await expect(fileCheckpoints(folder).load()).rejects.toThrow(/Cannot read the checkpoint .*: EISDIR/);
  });
});

describe("jsonlLog", () => {
  const step: TrainEvent = {
    type: "step",
    step: 1,
    totalSteps: 2,
    epoch: 0,
    loss: 0.5,
    gradientNorm: Infinity,
    rate: 1,
    examples: 8,
  };
  const end: TrainEvent = {
    type: "end",
    step: 2,
    reason: "completed",
    parameters: { x: tensor("float32", [1], [1]) },
    metrics: { accuracy: 1 },
  };
  const lines = async (path: string) => (await readFile(path, "utf8")).trimEnd().split("\n");

  it("writes an event per line, without tensors", async () => {
    const path = join(folder, "logs", "run.jsonl");
    const log = jsonlLog(path);
    await log(step);
    await log(end);
    expect((await lines(path)).map((line) => JSON.parse(line) as object)).toEqual([
      { ...step, gradientNorm: null },
      { type: "end", step: 2, reason: "completed", metrics: { accuracy: 1 } },
    ]);
  });

  it("starts the file anew, or continues it", async () => {
    const path = join(folder, "run.jsonl");
    await jsonlLog(path)(step);
    await jsonlLog(path, { append: true })(step);
    expect(await lines(path)).toHaveLength(2);
    await jsonlLog(path)(step);
    expect(await lines(path)).toHaveLength(1);
  });

  it("says that the file cannot be written", async () => {
    await expect(jsonlLog(folder)(step)).rejects.toThrow(/Cannot write the log .*: EISDIR/);
  });
});
