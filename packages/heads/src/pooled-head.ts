import type { Head } from "@incipit/core";
import { pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/**
 * A vector per text, as it is: for regression onto embeddings, for similarity.
 * No parameters. Output: `embedding` `[batch, width]`.
 */
export function pooledHead(options: PooledFeatureOptions = {}): Head {
  return {
    config: { type: "pooled", ...options },
    parameters: () => [],
    build: (ops, context) => ({ embedding: pooledFeature(ops, context, options) }),
  };
}
