import type { EmbeddingTable, HostTensor, Random, Tokenizer } from "@incipit/core";

/** What an initialiser works with. */
export interface PromptInitContext {
  readonly virtualTokens: number;
  readonly embeddings: EmbeddingTable;
  readonly tokenizer: Tokenizer;
  readonly random: Random;
}

/** What the virtual tokens start from: `[virtualTokens, width]`. The same random source gives the same bytes. */
export type PromptInit = (context: PromptInitContext) => HostTensor<"float32">;
