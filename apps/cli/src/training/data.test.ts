import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError } from "@incipit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { optionsOf } from "../../test/options-of.js";
import { readLabelledTexts } from "./data.js";

let folder = "";
const csv = [
  "text,label",
  ...Array.from({ length: 100 }, (_, i) => `text ${i},${i % 4 === 0 ? "rare" : "often"}`),
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-data-"));
  writeFileSync(join(folder, "reviews.csv"), csv.join("\n"));
  writeFileSync(join(folder, "test.csv"), "text,label\nnew,rare\nnew,never\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (options: Parameters<typeof optionsOf>[0]) =>
  readLabelledTexts(optionsOf({ data: join(folder, "reviews.csv"), ...options }));

it("holds the same examples out for the same seed, of every label its share", async () => {
  const [first, again, other] = [await read({ seed: 1 }), await read({ seed: 1 }), await read({ seed: 2 })];
  expect(first.labels).toEqual(["often", "rare"]);
  expect(first.train.examples).toHaveLength(90);
  expect(first.validation?.labels.filter((label) => label === 1)).toHaveLength(3);
  expect(first.validation?.labels).toHaveLength(10);
  expect(again.validation).toEqual(first.validation);
  expect(other.validation).not.toEqual(first.validation);
});

it("holds nothing out of its own accord where that would be too few to say anything", async () => {
  writeFileSync(join(folder, "few.csv"), csv.slice(0, 100).join("\n"));
  const few = { data: join(folder, "few.csv") };
  expect((await read(few)).validation).toBeUndefined();
  expect((await read({ ...few, validation: 0.05 })).validation?.examples).toHaveLength(5);
});

it("holds nothing out when none is asked for", async () => {
  const { train, validation } = await read({ validation: 0 });
  expect(train.examples).toHaveLength(100);
  expect(validation).toBeUndefined();
});

it("remembers the file by its name and its content", async () => {
  const sha256 = createHash("sha256").update(csv.join("\n")).digest("hex");
  expect((await read({})).sources).toEqual([{ file: "reviews.csv", sha256 }]);
});

it("refuses a test label that training never saw, before anything is trained", async () => {
  await expect(read({ testData: join(folder, "test.csv") })).rejects.toThrow(DataError);
});
