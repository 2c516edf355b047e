import type { Objective } from "@incipit/core";
import { named } from "@incipit/tensor";

/**
 * Regression: `mean((x - target)²)` over all entries.
 * @param output the head's output to read, `[batch, width]`; the target is `target`, float32 of the same shape
 */
export function meanSquaredError(output: string, width: number): Objective {
  return {
    targets: [{ name: "target", dtype: "float32", shape: ["batch", width] }],
    build(ops, { outputs, targets }) {
      const error = ops.sub(named(outputs, output), named(targets, "target"));
      const ones = ops.expand(ops.scalar(width), [{ of: error, axis: 0 }]);
      return { total: ops.sum(ops.mul(error, error), [0, 1]), count: ops.sum(ones, [0]) };
    },
  };
}
