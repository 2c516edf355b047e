import type { BackboneInfo } from "./backbone-info.js";
import type { ModuleConfig } from "./module-config.js";
import type { Ops } from "./ops.js";
import type { ParameterSpec } from "./parameters.js";
import type { Placement } from "./prompt-layout.js";

/** What a prompt is built from. */
export interface PromptContext<T> {
  /** This module's parameters, by the names it declared. */
  readonly parameters: Readonly<Record<string, T>>;
  /** The embedded text, `[batch, seq, width]`, for prompts that depend on the input. */
  readonly embeddings: T;
}

/** Learned virtual tokens in front of (or within) the embedded text. */
export interface PromptModule {
  readonly virtualTokens: number;
  /** Where they stand; the backbone's own choice by default. */
  readonly placement?: Placement | undefined;
  /** What makes this module again; a module without it can be trained but not saved. */
  readonly config?: ModuleConfig;
  parameters(backbone: BackboneInfo): readonly ParameterSpec[];
  /** The virtual tokens: `[virtualTokens, width]`, or `[batch, virtualTokens, width]` for one prompt per example. */
  build<T>(ops: Ops<T>, context: PromptContext<T>): T;
}
