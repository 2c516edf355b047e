import { float, type AttributeLike } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import type { GradientCase } from "../gradient-cases/index.js";
import { hidden, projected, projectedPast, WIDTH } from "./operands.js";

interface Form {
  readonly attributes?: Readonly<Record<string, AttributeLike>>;
  readonly heads?: number;
  readonly kvHeads?: number;
  /** Operands split into heads already. */
  readonly split?: boolean;
  readonly past?: number;
  readonly mask?: "booleans" | "floats" | "floats per head";
}

const SIZE = 4;

const attention = (name: string, form: Form): GradientCase => {
  const { heads = 4, kvHeads = 2, split = false, past, mask } = form;
  return {
    name,
    inputs: (random, s) => {
      const total = s + (past ?? 0);
      // Every query sees the first key.
      const booleans = Array.from({ length: s * total }, (_, i) => i % total === 0 || i % 3 > 0);
      return {
        x: hidden(random, s),
        ...(past === undefined ? {} : { before: random.normal([2, past, WIDTH]) }),
        ...(mask === undefined
          ? {}
          : {
              mask:
                mask === "booleans"
                  ? tensor("bool", [s, total], booleans)
                  : random.normal(mask === "floats" ? [s, total] : [2, heads, s, total]),
            }),
      };
    },
    build: (g, { x = "", before, mask: values = "" }) => {
      const operand = (count: number, seed: number) =>
        split ? projectedPast(g, x, count, SIZE, seed) : projected(g, x, count * SIZE, seed);
      const operands = [operand(heads, 1), operand(kvHeads, 2), operand(kvHeads, 3)];
      const pasts =
        before === undefined ? [] : [4, 5].map((seed) => projectedPast(g, before, kvHeads, SIZE, seed));
      return g.ops(
        "Attention",
        [...operands, values, ...pasts],
        { ...(split ? {} : { q_num_heads: heads, kv_num_heads: kvHeads }), ...form.attributes },
        { outputs: past === undefined ? 1 : 3 },
      );
    },
    opset: 23,
  };
};

export const onnxAttentionCases: readonly GradientCase[] = [
  attention("as it is", {}),
  attention("split into heads, as many of keys as of queries", { split: true, heads: 2 }),
  attention("split into heads, fewer of keys", { split: true }),
  attention("causal, with a scale of its own", { attributes: { is_causal: 1, scale: float(0.7) } }),
  attention("with a mask of what is seen", { mask: "booleans" }),
  attention("with a mask to add", { mask: "floats" }),
  attention("with a mask to add for every head", { mask: "floats per head" }),
  attention("causal behind keys from before", { past: 2, attributes: { is_causal: 1 } }),
  attention("with a mask behind keys from before", { past: 1, mask: "booleans" }),
  attention("with capped scores", { attributes: { softcap: float(1.5) } }),
  attention("with capped scores and a mask to add", { mask: "floats", attributes: { softcap: float(1.5) } }),
];
