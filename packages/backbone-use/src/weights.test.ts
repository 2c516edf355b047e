import { FormatError } from "@incipit/core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readWeights } from "./weights.js";

const MATRIX = Float32Array.of(1, 2, 3, 4, 5, 6);
const SCALAR = Int32Array.of(-7);

function modelJson(changes: object = {}): string {
  return JSON.stringify({
    modelTopology: {},
    weightsManifest: [
      {
        paths: ["shard1", "shard2"],
        weights: [
          { name: "matrix", shape: [2, 3], dtype: "float32" },
          { name: "scalar", shape: [], dtype: "int32" },
        ],
        ...changes,
      },
    ],
  });
}

let folder: string;

/** A model of two weights in two shards, cut in the middle of a number. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-use-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bytes = new Uint8Array([...new Uint8Array(MATRIX.buffer), ...new Uint8Array(SCALAR.buffer)]);
  await writeFile(join(folder, "model.json"), modelJson());
  await writeFile(join(folder, "shard1"), bytes.subarray(0, 9));
  await writeFile(join(folder, "shard2"), bytes.subarray(9));
});

describe("readWeights", () => {
  test("gives every weight its name, dtype, shape and values", async () => {
    const { weights } = await readWeights(folder);
    expect(Object.fromEntries(weights)).toEqual({
      matrix: { dtype: "float32", shape: [2, 3], data: MATRIX },
      scalar: { dtype: "int32", shape: [], data: SCALAR },
    });
  });

  test.each([
    ["a truncated shard", "shard2", new Uint8Array(3), /hold 12 bytes, .* lists 28/],
    ["a shard that is too long", "shard2", new Uint8Array(20), /hold 29 bytes/],
    ["a truncated model.json", "model.json", modelJson().slice(0, -4), /model\.json: not valid JSON/],
    ["a model.json without weights", "model.json", "{}", /expected a TF\.js graph model/],
    [
      "quantised weights",
      "model.json",
      modelJson({ weights: [{ name: "w", shape: [28], dtype: "float32", quantization: {} }] }),
      /unquantised/,
    ],
    [
      "a shard that is not there",
      "model.json",
      modelJson({ paths: ["shard1", "shard3"] }),
      /shard3: cannot be read/,
    ],
  ])("refuses %s", async (_, file, content, message) => {
    await writeFile(join(folder, file), content);
    const reading = readWeights(folder);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });
});
