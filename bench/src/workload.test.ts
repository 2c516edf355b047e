import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "@incipit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { batchesOf, readWorkload } from "./workload.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-bench-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const written = (text: string) => {
  const path = join(folder, "workload.jsonl");
  writeFileSync(path, text);
  return readWorkload(path);
};
const ofLengths = (...lengths: number[]) =>
  lengths.map((length) => ({ ids: Array.from({ length }, () => 7), label: 0 }));

it("reads token ids and labels, line by line", async () => {
  expect(await written('{"input_ids":[101,5,102],"label":1}\n\n{"input_ids":[101,102],"label":0}\n')).toEqual(
    [
      { ids: [101, 5, 102], label: 1 },
      { ids: [101, 102], label: 0 },
    ],
  );
});

it.each(['{"input_ids":[1,2]}', '{"input_ids":"1 2","label":0}', "{"])(
  "names a line that is none: %s",
  async (bad) => {
    const reading = written(`{"input_ids":[1,2],"label":0}\n${bad}`);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(/workload\.jsonl, line 2/);
  },
);

it("takes runs of the file and leaves a batch out that is not full", () => {
  expect(batchesOf(ofLengths(3, 9, 4, 2, 8), { batchSize: 2, groupByLength: false })).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

it("sorts windows of eight batches, the longest first, equal ones in their order", () => {
  const texts = ofLengths(3, 9, 4, 2, 8, 4, 9, 3, 2, 30);
  expect(batchesOf(texts, { batchSize: 1, groupByLength: true }).flat()).toEqual([
    1, 6, 4, 2, 5, 0, 7, 3, 9, 8,
  ]);
});
