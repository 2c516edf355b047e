import type { HostTensor } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { tasks } from "./tasks.js";

const ids = { words: [2204, 2919], mask: 103, pad: 0 };
const texts = [
  { ids: [101, 7, 8, 102], label: 1 },
  { ids: [101, 9, 102], label: 0 },
];
const rows = (tensor: HostTensor | undefined) => {
  const width = tensor?.shape[1] ?? 1;
  const values = Array.from(tensor?.data ?? [], Number);
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
};

describe("a batch has texts padded at the end, and", () => {
  it("seqcls: their labels", () => {
    const batch = tasks.seqcls.collate(texts, ids);
    expect(rows(batch["input_ids"])).toEqual([
      [101, 7, 8, 102],
      [101, 9, 102, 0],
    ]);
    expect(rows(batch["attention_mask"])).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 0],
    ]);
    expect(rows(batch["labels"])).toEqual([[1], [0]]);
  });

  it("mlm-verbalizer: a mask before the last token of each", () => {
    expect(rows(tasks["mlm-verbalizer"].collate(texts, ids)["input_ids"])).toEqual([
      [101, 7, 103, 102],
      [101, 103, 102, 0],
    ]);
    expect(texts[0]?.ids).toEqual([101, 7, 8, 102]);
  });

  it("causal-lm: every token as a label, padding left out", () => {
    expect(rows(tasks["causal-lm"].collate(texts, ids)["labels"])).toEqual([
      [101, 7, 8, 102],
      [101, 9, 102, -100],
    ]);
  });

  it("seq2seq: the label's word and an end as the answer, read one later behind a start", () => {
    const batch = tasks.seq2seq.collate(texts, ids);
    expect(rows(batch["labels"])).toEqual([
      [2919, 1],
      [2204, 1],
    ]);
    expect(rows(batch["decoder_input_ids"])).toEqual([
      [0, 2919],
      [0, 2204],
    ]);
  });
});

it("the classifier of the model is trained too, and no vocabulary is", () => {
  expect(tasks.seqcls.parts().modulesToSave).toEqual(["classifier"]);
  expect(tasks["causal-verbalizer"].parts(ids)).not.toHaveProperty("modulesToSave");
});
