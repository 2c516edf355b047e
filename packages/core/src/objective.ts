import type { DType } from "./host-tensor.js";
import type { Ops } from "./ops.js";
import type { PromptLayout } from "./prompt-layout.js";

/** An input that only training needs, e.g. `labels` `[batch]` int64. Letters in `shape` are dynamic sizes, `seq` that of the text. */
export interface TargetSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

/** What a loss is built from. */
export interface ObjectiveContext<T> extends PromptLayout {
  /** The head's outputs. */
  readonly outputs: Readonly<Record<string, T>>;
  readonly targets: Readonly<Record<string, T>>;
}

/**
 * A loss as a quotient of two scalars: `loss = total / count`. Batches can then be cut into parts and their losses and
 * gradients added up to exactly those of the whole.
 */
export interface Objective {
  /** Where the loss compares a batch's rows with each other, as a contrastive one does: the batch must not be cut. */
  readonly wholeBatch?: true;
  /** How many rows of a batch, one behind the other, are an example: 2 where pairs are compared. @default 1 */
  readonly rowsPerExample?: number;
  readonly targets: readonly TargetSpec[];
  build<T>(ops: Ops<T>, context: ObjectiveContext<T>): { readonly total: T; readonly count: T };
}
