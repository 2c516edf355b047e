import type { Head } from "@incipit/core";
import { l2Normalize } from "@incipit/tensor";
import { pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/** What vector a text becomes. */
export interface PooledHeadOptions extends PooledFeatureOptions {
  /** Whether it is made one of length 1, so that products of two are their cosine. @default false */
  readonly normalize?: boolean;
}

/**
 * A vector per text: for regression onto embeddings, for similarity and search.
 * No parameters. Output: `embedding` `[batch, width]`.
 */
export function pooledHead(options: PooledHeadOptions = {}): Head {
  const { normalize = false, ...pooled } = options;
  return {
    config: { type: "pooled", ...options },
    parameters: () => [],
    build(ops, context) {
      const x = pooledFeature(ops, context, pooled);
      return { embedding: normalize ? l2Normalize(ops, x) : x };
    },
  };
}
