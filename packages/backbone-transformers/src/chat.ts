import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PreTrainedTokenizer } from "@huggingface/transformers";
import { DataError, FormatError, type Tokenizer } from "@incipit/core";
import { type Library, reasonOf } from "./library.js";

/** What one side of a dialogue says. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, or another that the model's template knows. */
  readonly role: string;
  readonly content: string;
}

/** A tokenizer that may know how its model was taught to read dialogues. */
export interface ChatTokenizer extends Tokenizer {
  /**
   * A dialogue as the text that the model was trained to read; only where the model has a chat template. The template
   * writes the special tokens itself, so encode the text with `specialTokens: false`.
   * @throws {DataError} when the template refuses the dialogue, as for two answers in a row
   * @param options.addGenerationPrompt whether the text ends where the assistant's next answer begins; default false
   */
  applyChatTemplate?(
    messages: readonly ChatMessage[],
    options?: { readonly addGenerationPrompt?: boolean },
  ): string;
}

/**
 * The tokenizer with the chat template of its folder, where there is one.
 * @throws {FormatError} when there is one, and transformers.js cannot use the tokenizer
 */
export async function withChatTemplate(
  library: Library,
  folder: string,
  tokenizer: Tokenizer,
): Promise<ChatTokenizer> {
  // Newer exports keep it in a file of its own, which transformers.js reads for processors only.
  const separate = await readText(join(folder, "chat_template.jinja"));
  const config = await readText(join(folder, "tokenizer_config.json"));
  // The vocabulary of a large tokenizer takes a second to load; without a template nobody needs it twice.
  if (separate === undefined && config?.includes('"chat_template"') !== true) return tokenizer;
  const chat = await chatTokenizer(library, folder);
  if (separate === undefined && (chat.chat_template ?? undefined) === undefined) return tokenizer;
  return {
    ...tokenizer,
    applyChatTemplate(messages, { addGenerationPrompt = false } = {}) {
      try {
        return chat.apply_chat_template(
          messages.map((message) => ({ ...message })),
          { tokenize: false, add_generation_prompt: addGenerationPrompt, chat_template: separate ?? null },
        );
      } catch (cause) {
        throw new DataError(`The chat template does not take this dialogue: ${reasonOf(cause)}.`, { cause });
      }
    },
  };
}

async function chatTokenizer({ AutoTokenizer }: Library, folder: string): Promise<PreTrainedTokenizer> {
  try {
    return await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
  } catch (cause) {
    const message = `${folder}: transformers.js cannot use the tokenizer: ${reasonOf(cause)}.`;
    throw new FormatError(message, { cause });
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
