import { MismatchError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { type Adapter } from "./adapter.js";
import { checkAdapter, type CheckedBackbone } from "./check.js";

const backbone: CheckedBackbone = {
  name: "minilm",
  fingerprint: "aaaaaaaaaaaaaaaa",
  embeddings: { width: 3 },
  tokenizer: { fingerprint: "bbbbbbbbbbbbbbbb" },
};
const adapter: Adapter = {
  parameters: { "prompt.embeddings": tensor("float32", [1, 3], [1, 2, 3]) },
  backbone: { name: "minilm", fingerprint: backbone.fingerprint },
  tokenizer: { fingerprint: backbone.tokenizer.fingerprint },
};

it("accepts the model that the adapter was trained on, and any of its width when nothing is known", () => {
  expect(() => {
    checkAdapter(adapter, backbone);
  }).not.toThrow();
  expect(() => {
    checkAdapter({ parameters: adapter.parameters }, backbone);
  }).not.toThrow();
});

it.each<[string, Partial<CheckedBackbone>, RegExp]>([
  [
    "another model",
    { name: "bert", fingerprint: "cccccccccccccccc" },
    /"minilm".*"bert".*aaaaaaaaaaaa, this one is cccccccccccc/,
  ],
  [
    "another tokenizer",
    { tokenizer: { fingerprint: "dddddddddddddddd" } },
    /tokenizer bbbbbbbbbbbb, this one is dddddddddddd/,
  ],
  ["another width", { embeddings: { width: 4 } }, /3 wide, the model's embeddings 4/],
])("refuses %s, naming both", (_, change, message) => {
  const check = () => {
    checkAdapter(adapter, { ...backbone, ...change });
  };
  expect(check).toThrow(MismatchError);
  expect(check).toThrow(message);
});

it("names all differences at once", () => {
  const other = { ...backbone, embeddings: { width: 4 }, tokenizer: { fingerprint: "d" } };
  expect(() => {
    checkAdapter(adapter, other);
  }).toThrow(/tokenizer.*; .*wide/);
});
