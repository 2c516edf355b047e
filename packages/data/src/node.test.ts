import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, DataError } from "@incipit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCsv, readData, readJsonl, readQuestions, readTagged, readTsv } from "./node.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-data-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const expected = [{ text: "x", label: "a", line: 2 }];

describe("the readers", () => {
  it("read each format from its file, and readData by the extension", async () => {
    const csv = await file("d.csv", "text,label\nx,a\n");
    const tsv = await file("d.TSV", "text\tlabel\nx\ta\n");
    const jsonl = await file("d.jsonl", '\n{"text":"x","label":"a"}\n');
    const ndjson = await file("d.ndjson", '\n{"text":"x","label":"a"}\n');
    expect(await readCsv(csv)).toEqual(expected);
    expect(await readTsv(tsv)).toEqual(expected);
    expect(await readJsonl(jsonl)).toEqual(expected);
    for (const path of [csv, tsv, jsonl, ndjson]) expect(await readData(path)).toEqual(expected);
  });

  it("read tagged sentences and questions, each in the formats that they have", async () => {
    const tagged = { words: ["Ada", "sings"], tags: ["B-PER", "O"], line: 1 };
    for (const name of ["d.conll", "d.txt", "d.iob2"]) {
      expect(await readTagged(await file(name, "Ada B-PER\nsings O\n"))).toEqual([tagged]);
    }
    const jsonl = await file("tags.jsonl", JSON.stringify({ tokens: tagged.words, tags: tagged.tags }));
    expect(await readTagged(jsonl)).toEqual([tagged]);

    const asked = { question: "Who?", context: "Ada." };
    const answers = [{ text: "Ada", start: 0 }];
    const squad = {
      data: [
        { paragraphs: [{ ...asked, qas: [{ ...asked, answers: [{ text: "Ada", answer_start: 0 }] }] }] },
      ],
    };
    expect(await readQuestions(await file("d.json", JSON.stringify(squad)))).toEqual([{ ...asked, answers }]);
    const lines = await file("questions.jsonl", JSON.stringify({ ...asked, answer: "Ada", answer_start: 0 }));
    expect(await readQuestions(lines)).toEqual([{ ...asked, answers, line: 1 }]);
    await expect(readQuestions("d.csv")).rejects.toThrow("known are .json, .jsonl, .ndjson");
  });

  it("name the file in errors about its content", async () => {
    const path = await file("empty.csv", "");
    await expect(readData(path)).rejects.toThrow(`${path}: the file is empty`);
    const latin1 = await file("latin1.csv", Buffer.from("text,label\ncaf\u00E9,a\n", "latin1"));
    await expect(readData(latin1)).rejects.toThrow(`${latin1}, line 2: this is not UTF-8`);
  });

  it("say when the file cannot be read", async () => {
    const path = join(folder, "nowhere.csv");
    const error: unknown = await readCsv(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toContain(`${path}: cannot be read (ENOENT`);
  });

  it("refuse an extension they do not know", async () => {
    await expect(readData("d.xlsx")).rejects.toThrow(ConfigError);
    await expect(readData("d.xlsx")).rejects.toThrow(/"\.xlsx"; known are \.csv, \.tsv, \.jsonl, \.ndjson/u);
    await expect(readData("data")).rejects.toThrow(/a name without extension/u);
  });
});
