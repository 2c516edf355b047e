import type { Batch, Decoding, HostTensor, PromptLayout } from "@incipit/core";
import type { SessionOptions } from "@incipit/runtime";

/** How a model reads texts with virtual tokens among them. */
export interface Reader {
  /** @param virtual the virtual tokens of each text, `[batch, virtualTokens, width]` */
  start(batch: Batch, virtual: HostTensor): Promise<Decoding>;
  dispose(): Promise<void>;
}

/** What every reader is told. */
export interface ReaderOptions extends PromptLayout {
  /** Width of the virtual tokens. */
  readonly width: number;
  /** An ordinary id that stands where the virtual tokens will be. */
  readonly placeholderId: number;
  readonly padId: number;
  readonly session: SessionOptions;
}
