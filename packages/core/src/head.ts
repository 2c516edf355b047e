import type { BackboneInfo, FeatureSpec } from "./backbone-info.js";
import type { ModuleConfig } from "./module-config.js";
import type { Ops } from "./ops.js";
import type { ParameterSpec } from "./parameters.js";
import type { PromptLayout } from "./prompt-layout.js";

/** What a head is built from. */
export interface HeadContext<T> extends PromptLayout {
  /**
   * The backbone's features, by name; those of kind `tokens` are `[batch, positions, width]` and include the virtual
   * tokens' positions: `positions = virtualTokens + seq`.
   */
  readonly features: Readonly<Record<string, T>>;
  /** What each feature looks like. */
  readonly featureSpecs: Readonly<Record<string, FeatureSpec>>;
  /** `[batch, positions]` int64: 1 where there is a token or a virtual token, 0 on padding. */
  readonly mask: T;
  /** `[batch, positions]` int64: 1 where there is a token of the text; virtual tokens and padding are 0. */
  readonly textMask: T;
  /**
   * The token ids `[batch, positions]` int64, an ordinary one at each virtual token; absent where the backbone takes none or
   * its features were computed before.
   */
  readonly ids?: T | undefined;
  /** This head's parameters, by the names it declared. */
  readonly parameters: Readonly<Record<string, T>>;
}

/** What is read off the frozen model. */
export interface Head {
  /** What makes this head again; a head without it can be trained but not saved. */
  readonly config?: ModuleConfig;
  parameters(backbone: Pick<BackboneInfo, "features">): readonly ParameterSpec[];
  /** Named outputs, e.g. `logits` `[batch, labels]`. */
  build<T>(ops: Ops<T>, context: HeadContext<T>): Readonly<Record<string, T>>;
}
