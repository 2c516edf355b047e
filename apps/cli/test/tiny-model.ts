/** @file A model in the hub's layout, small enough to train in a second, and data that it can learn. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeModelFile } from "@incipit/onnx/node";
import { tinyEncoder } from "@incipit/testing";

const good = ["great", "lovely", "superb", "kind", "fresh"];
const bad = ["awful", "rude", "cold", "dirty", "late"];
const things = ["the", "soup", "hotel", "film", "staff", "room", "book", "train"];
const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...things, ...good, ...bad];

/** Write `config.json`, `tokenizer.json`, `tokenizer_config.json` and `onnx/model.onnx` with random weights. */
export async function writeTinyModel(folder: string, seed = 0): Promise<void> {
  await mkdir(join(folder, "onnx"), { recursive: true });
  const positions = 48;
  const files = {
    "config.json": { max_position_embeddings: positions },
    "tokenizer.json": tokenizerJson(),
    "tokenizer_config.json": { pad_token: "[PAD]", unk_token: "[UNK]" },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  const graph = tinyEncoder({ seed, positions, hidden: 32, vocabulary: vocabulary.length });
  await writeModelFile(join(folder, "onnx/model.onnx"), graph);
}

function tokenizerJson(): object {
  const ids = Object.fromEntries(vocabulary.map((word, id) => [word, id]));
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const sequence = { Sequence: { id: "A", type_id: 0 } };
  return {
    version: "1.0",
    added_tokens: vocabulary.slice(0, 4).map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), sequence, special("[SEP]")],
      pair: [
        special("[CLS]"),
        sequence,
        special("[SEP]"),
        { Sequence: { id: "B", type_id: 1 } },
        special("[SEP]"),
      ],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: null,
    model: { type: "WordLevel", vocab: ids, unk_token: "[UNK]" },
  };
}

/** A CSV file of `count` texts, half of them good, half bad. */
export function reviewsCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const [label, words] = i % 2 === 0 ? ["good", good] : ["bad", bad];
    const thing = things[1 + ((i * 3) % (things.length - 1))];
    return `the ${thing} ${words[Math.floor(i / 2) % words.length]} ,${label}`;
  });
  return ["text,label", ...rows, ""].join("\n");
}
