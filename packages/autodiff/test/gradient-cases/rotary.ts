import type { RandomTensors } from "@incipit/testing";
import type { GradientCase, GradientCases } from "./case.js";

/** Cosines and sines of 8 positions, `pairs` angles each. */
function tables(random: RandomTensors, pairs: number) {
  const angles = random.uniform([8, pairs], -3, 3);
  return {
    cos: { ...angles, data: angles.data.map(Math.cos) },
    sin: { ...angles, data: angles.data.map(Math.sin) },
  };
}

interface Form {
  readonly shape: (s: number) => number[];
  readonly seq: (s: number) => number;
  readonly pairs: number;
  readonly attributes: Readonly<Record<string, number>>;
}

const forms: readonly Form[] = [
  // [batch, seq, heads · size]: heads of 4 features, all of them turned; heads of 6, of which 4.
  { shape: (s) => [2, s, 8], seq: (s) => s, pairs: 2, attributes: { num_heads: 2 } },
  {
    shape: (s) => [2, s, 12],
    seq: (s) => s,
    pairs: 2,
    attributes: { num_heads: 2, rotary_embedding_dim: 4, interleaved: 1 },
  },
  // [batch, heads, seq, size]
  { shape: (s) => [2, s, 3, 6], seq: () => 3, pairs: 3, attributes: { interleaved: 1 } },
];

const cases = (domain: "" | "com.microsoft"): readonly GradientCase[] =>
  forms.map(({ shape, seq, pairs, attributes }) => ({
    name: `${shape(9).join()} ${JSON.stringify(attributes)}`,
    inputs: (random, s) => ({
      x: random.normal(shape(s)),
      positions: random.integers([2, seq(s)], 0, 8),
      ...tables(random, pairs),
    }),
    build: (g, { x = "", positions = "", cos = "", sin = "" }) => {
      const inputs = domain === "" ? [x, cos, sin, positions] : [x, positions, cos, sin];
      return g.op("RotaryEmbedding", inputs, attributes, { domain });
    },
    wrt: ["x"],
    ...(domain === "" ? { opset: 23 } : {}),
  }));

export const rotaryCases: GradientCases = {
  RotaryEmbedding: cases(""),
  "com.microsoft.RotaryEmbedding": cases("com.microsoft"),
};
