import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { huggingFaceTokenizer } from "@incipit/backbone-onnx";
import { DataError, FormatError } from "@incipit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withChatTemplate } from "./chat.js";
import { loadLibrary } from "./library.js";

const TEMPLATE =
  "{{ bos_token }}{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}" +
  "{% if add_generation_prompt %}[assistant]{% endif %}";
const DIALOGUE = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Why?" },
] as const;

const words = {
  model: { type: "WordLevel", vocab: { "<s>": 0, why: 1 }, unk_token: "<s>" },
  ...{ normalizer: null, pre_tokenizer: { type: "Whitespace" }, post_processor: null, decoder: null },
  added_tokens: [],
};
const settings = { tokenizer_class: "PreTrainedTokenizer", bos_token: "<s>", pad_token: "<s>" };
const plain = { "tokenizer_config.json": JSON.stringify(settings) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-chat-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function tokenizerOf(files: Readonly<Record<string, string>>) {
  const all = { "tokenizer.json": JSON.stringify(words), ...files };
  await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(folder, name), text)));
  const tokenizer = huggingFaceTokenizer({ tokenizer: words, config: settings, fingerprint: "words" });
  return withChatTemplate(await loadLibrary(), folder, tokenizer);
}

describe("withChatTemplate", () => {
  it.each([
    [
      "the tokenizer's configuration",
      { "tokenizer_config.json": JSON.stringify({ ...settings, chat_template: TEMPLATE }) },
    ],
    ["a file of its own", { ...plain, "chat_template.jinja": TEMPLATE }],
  ])("writes a dialogue by the template in %s", async (_, files) => {
    const tokenizer = await tokenizerOf(files);
    const text = "<s>[system] Be brief.\n[user] Why?\n";
    expect(tokenizer.applyChatTemplate?.(DIALOGUE)).toBe(text);
    expect(tokenizer.applyChatTemplate?.(DIALOGUE, { addGenerationPrompt: true })).toBe(`${text}[assistant]`);
  });

  it("passes on why a template refuses a dialogue", async () => {
    const strict = "{{ raise_exception('Only one message, please') }}";
    const tokenizer = await tokenizerOf({ ...plain, "chat_template.jinja": strict });
    expect(() => tokenizer.applyChatTemplate?.(DIALOGUE)).toThrow(DataError);
    expect(() => tokenizer.applyChatTemplate?.(DIALOGUE)).toThrow("Only one message, please");
  });

  it("says that the tokenizer cannot be used", async () => {
    const broken = tokenizerOf({ "tokenizer.json": "{", "tokenizer_config.json": '{ "chat_template": "" }' });
    await expect(broken).rejects.toThrow(FormatError);
  });

  it.each([
    ["has no template", plain],
    [
      "says that it has none",
      { "tokenizer_config.json": JSON.stringify({ ...settings, chat_template: null }) },
    ],
  ])("leaves a tokenizer as it is that %s", async (_, files) => {
    const tokenizer = await tokenizerOf(files);
    expect(tokenizer).not.toHaveProperty("applyChatTemplate");
    expect(tokenizer.encode("why").ids).toEqual([1]);
  });
});
