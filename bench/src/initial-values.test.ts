import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readValues, writeValues } from "./initial-values.js";

let path = "";
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), "incipit-bench-")), "init.json");
});
afterAll(() => {
  rmSync(join(path, ".."), { recursive: true });
});

const values = {
  "prompt.embeddings": tensor("float32", [1, 2], [0.1, -3e-7]),
  "classifier.weight": tensor("float32", [2, 1], [1 / 3, 2]),
  "classifier.bias": tensor("float32", [2], [0, 1]),
};
const zeros = {
  "prompt.embeddings": tensor("float32", [1, 2], [0, 0]),
  "classifier.weight": tensor("float32", [2, 1], [0, 0]),
  "classifier.bias": tensor("float32", [2], [0, 0]),
};

it("writes the peer's names and reads back the same bytes, the prompt and the head apart", async () => {
  await writeValues(path, values);
  expect(Object.keys(JSON.parse(readFileSync(path, "utf8")) as object)).toEqual([
    "prompt",
    "head.weight",
    "head.bias",
  ]);
  const prompt = await readValues(path, zeros, "prompt");
  expect(prompt).toEqual({ ...zeros, "prompt.embeddings": values["prompt.embeddings"] });
  expect(await readValues(path, prompt, "head")).toEqual(values);
});

it("refuses values of another shape", async () => {
  await writeValues(path, values);
  const other = { "prompt.embeddings": tensor("float32", [2, 2], [0, 0, 0, 0]) };
  await expect(readValues(path, other, "prompt")).rejects.toThrow(FormatError);
});
