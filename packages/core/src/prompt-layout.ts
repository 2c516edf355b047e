/**
 * Where the virtual tokens stand: before every token (as PEFT does), or after the first one, so that a `[CLS]` which
 * the model pools keeps its place.
 */
export type Placement = "front" | "after-first";

/** Where the virtual tokens are among a model's positions. */
export interface PromptLayout {
  /** 0 without a prompt. */
  readonly virtualTokens: number;
  readonly placement: Placement;
}
