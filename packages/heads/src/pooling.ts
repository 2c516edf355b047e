import { ConfigError, type FeatureSpec, type HeadContext, type Ops } from "@incipit/core";
import { maskedMean, named } from "@incipit/tensor";

/**
 * How token states `[batch, positions, width]` become one vector per text:
 * - `mean`: mean over the text's tokens
 * - `mean-all`: mean over the text's and the virtual tokens
 * - `first`: the first position, a virtual token when the prompt stands in front (as PEFT pools), else `[CLS]`
 * - `after-prompt`: the first position behind the virtual tokens
 */
export type Pooling = "mean" | "mean-all" | "first" | "after-prompt";

/** Which feature a head reads, and how it becomes one vector per text. */
export interface PooledFeatureOptions {
  /** The backbone's feature to read. @default the first of kind `pooled`, or else the first of kind `tokens` */
  readonly feature?: string;
  /** How a feature of kind `tokens` is pooled. @default "mean" */
  readonly pooling?: Pooling;
}

type Features = Readonly<Record<string, FeatureSpec>>;

/**
 * The feature that a head reads: `wanted`, or else the first of kind `pooled`, or else the first of kind `tokens`.
 * @throws {ConfigError} when the backbone has no such feature
 */
export function chooseFeature(features: Features, wanted?: string): FeatureSpec & { readonly name: string } {
  const names = Object.keys(features);
  const ofKind = (kind: FeatureSpec["kind"]) => names.find((name) => features[name]?.kind === kind);
  const name = wanted ?? ofKind("pooled") ?? ofKind("tokens");
  const spec = name === undefined ? undefined : features[name];
  if (name === undefined || spec === undefined || spec.kind === "positions") {
    throw new ConfigError(
      `The backbone has no feature "${wanted ?? "pooled or tokens"}" to pool; it has ${names.join(", ") || "none"}.`,
    );
  }
  return { name, ...spec };
}

/**
 * One vector per text of a feature of either kind.
 * @returns `[batch, width]`
 * @throws {ConfigError} when the backbone has no such feature
 */
export function pooledFeature<T>(ops: Ops<T>, context: HeadContext<T>, options: PooledFeatureOptions): T {
  const { name, kind } = chooseFeature(context.featureSpecs, options.feature);
  const value = named(context.features, name);
  return kind === "pooled" ? value : pool(ops, context, value, options.pooling ?? "mean");
}

/**
 * Token states to one vector per text.
 * @param tokens `[batch, positions, width]`, virtual tokens included
 * @returns `[batch, width]`
 */
export function pool<T>(ops: Ops<T>, context: HeadContext<T>, tokens: T, pooling: Pooling): T {
  switch (pooling) {
    case "mean":
      return maskedMean(ops, tokens, context.textMask);
    case "mean-all":
      return maskedMean(ops, tokens, context.mask);
    case "first":
      return position(ops, tokens, 0);
    case "after-prompt":
      return position(ops, tokens, context.virtualTokens + (context.placement === "front" ? 0 : 1));
  }
}

function position<T>(ops: Ops<T>, tokens: T, index: number): T {
  const row = ops.slice(tokens, 1, index, index + 1);
  return ops.reshape(row, [
    { of: tokens, axis: 0 },
    { of: tokens, axis: 2 },
  ]);
}
