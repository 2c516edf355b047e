import { float, type AttributeLike, type GraphBuilder, type Value } from "@incipit/onnx";
import type { GradientCase } from "../gradient-cases/index.js";
import { frozen, hidden, int32, projected, projectedPast, WIDTH } from "./operands.js";

type Attributes = Readonly<Record<string, AttributeLike>>;
type Values = Readonly<Record<string, Value>>;
/** An input of the operator: made of the graph's inputs. */
type Input = (g: GraphBuilder, values: Values, s: number) => Value;

const HEADS = 2;
const SIZE = 4;
const HIDDEN = HEADS * SIZE;

/** How many of the keys each row of the batch sees, at size s. */
const lengths = (s: number) => [s, Math.max(1, s - 1)];
/** 1 for keys that are seen. */
const seen = (s: number, total = s) =>
  lengths(s).flatMap((length) => Array.from({ length: total }, (_, i) => Number(i < length + total - s)));

/** Masks of every kind, by the size of what they mask: s queries, `total` keys. */
const masks = {
  "lengths of rows": (s: number) => int32([2], lengths(s)),
  "ends and beginnings of rows": (s: number) => int32([4], [...lengths(s), 0, Number(s > 1)]),
  "a row of zeros and ones": (s: number) => int32([2, s], seen(s)),
  "zeros and ones for every query": (s: number) =>
    int32(
      [2, s, s],
      [...Array.from({ length: s }, () => seen(s).slice(0, s)), ...seen(s).slice(s)]
        .flat()
        .concat(...Array.from({ length: s - 1 }, () => seen(s).slice(s))),
    ),
} as const;

interface Form {
  readonly attributes?: Attributes;
  readonly mask?: keyof typeof masks;
  /** How many keys come from before, for s new ones. */
  readonly past?: (s: number) => number;
  readonly bias?: boolean;
  readonly attentionBias?: boolean;
  readonly outputs?: number;
  readonly wrt?: readonly string[];
}

/** MultiHeadAttention of three projections of x. */
const multiHead = (name: string, form: Form, ...own: readonly Input[]): GradientCase => ({
  name,
  ...(form.wrt === undefined ? {} : { wrt: form.wrt }),
  inputs: (random, s) => ({
    x: hidden(random, s),
    ...(form.mask === undefined ? {} : { mask: masks[form.mask](s) }),
    ...(form.past === undefined ? {} : { before: random.normal([2, form.past(s), WIDTH]) }),
    ...(form.attentionBias === true
      ? { attentionBias: random.normal([1, HEADS, s, s + (form.past?.(s) ?? 0)]) }
      : {}),
  }),
  build: (g, values) => {
    const { x = "", mask = "", before, attentionBias = "" } = values;
    const given = own.map((input) => input(g, values, 0));
    const [q, k, v] = [0, 1, 2].map((i) => given[i] ?? projected(g, x, HIDDEN, i));
    const bias = form.bias === true ? frozen(g, [3 * HIDDEN], 5) : "";
    const pasts =
      before === undefined ? [] : [6, 7].map((seed) => projectedPast(g, before, HEADS, SIZE, seed));
    return g.ops(
      "MultiHeadAttention",
      [q ?? "", k ?? "", v ?? "", bias, mask, attentionBias, ...pasts],
      { num_heads: HEADS, ...form.attributes },
      { domain: "com.microsoft", outputs: form.outputs ?? 1 },
    );
  },
});

export const multiHeadAttentionCases: readonly GradientCase[] = [
  multiHead("as it is", {}),
  multiHead("with a bias", { bias: true }),
  multiHead("causal, with a scale of its own", { attributes: { unidirectional: 1, scale: float(0.7) } }),
  ...(Object.keys(masks) as (keyof typeof masks)[])
    .filter((mask) => mask !== "ends and beginnings of rows")
    .map((mask) => multiHead(`masked by ${mask}`, { mask })),
  multiHead("with a mask that lets a little through", {
    mask: "a row of zeros and ones",
    attributes: { mask_filter_value: float(-2) },
  }),
  multiHead("with something to add to scores", { attentionBias: true, bias: true }),
  multiHead("behind keys from before, causal, presents asked for", {
    past: (s) => s - 1,
    attributes: { unidirectional: 1 },
    outputs: 3,
    attentionBias: true,
  }),
  multiHead("with no keys from before yet", { past: () => 0, outputs: 3, bias: true, wrt: ["x"] }),
  multiHead(
    "across, keys and values split into heads",
    {},
    (g, { x = "" }) => projected(g, x, HIDDEN, 0),
    (g, { x = "" }) => projectedPast(g, x, HEADS, SIZE, 1),
    (g, { x = "" }) => projectedPast(g, x, HEADS, SIZE, 2),
  ),
  multiHead(
    "with wider values",
    {},
    (g, { x = "" }) => projected(g, x, HIDDEN, 0),
    (g, { x = "" }) => projected(g, x, HIDDEN, 1),
    (g, { x = "" }) => projected(g, x, 6, 2),
  ),
];

/** Attention of x with all weights in one. */
const selfAttention = (name: string, form: Form & { readonly sizes?: readonly number[] }): GradientCase => {
  const { sizes = [HIDDEN, HIDDEN, HIDDEN] } = form;
  const width = sizes.reduce((a, b) => a + b);
  const node =
    (bias: (g: GraphBuilder) => Value) =>
    (g: GraphBuilder, { x = "", mask = "", past = "", attentionBias = "" }: Values) =>
      g.ops(
        "Attention",
        [x, frozen(g, [WIDTH, width], 1, 0.5), bias(g), mask, past, attentionBias],
        { num_heads: HEADS, qkv_hidden_sizes: sizes, ...form.attributes },
        { domain: "com.microsoft", outputs: form.outputs ?? 1 },
      );
  return {
    name,
    inputs: (random, s) => ({
      x: hidden(random, s),
      ...(form.mask === undefined ? {} : { mask: masks[form.mask](s) }),
      ...(form.past === undefined ? {} : { past: random.normal([2, 2, HEADS, form.past(s), SIZE]) }),
      ...(form.attentionBias === true
        ? { attentionBias: random.normal([2, 1, s, s + (form.past?.(s) ?? 0)]) }
        : {}),
    }),
    ...(form.bias === false
      ? {
          // The kernel crashes without a bias, though the operator allows it: one of zeros is the same.
          build: node(() => ""),
          truth: (g, inputs) => node((zeros) => frozen(zeros, [width], 0, 0))(g, inputs)[0] ?? "",
        }
      : { build: node((g) => frozen(g, [width], 2)) }),
  };
};

export const attentionCases: readonly GradientCase[] = [
  selfAttention("as it is", {}),
  selfAttention("with values of another width", { sizes: [8, 8, 6] }),
  selfAttention("without a bias", { bias: false }),
  selfAttention("causal, with a scale of its own", { attributes: { unidirectional: 1, scale: float(0.7) } }),
  ...(Object.keys(masks) as (keyof typeof masks)[]).map((mask) =>
    selfAttention(`masked by ${mask}`, { mask }),
  ),
  selfAttention("causal and masked", { mask: "a row of zeros and ones", attributes: { unidirectional: 1 } }),
  selfAttention("with something to add to scores", { attentionBias: true }),
  selfAttention("behind keys from before, causal, presents asked for", {
    past: (s) => s - 1,
    attributes: { unidirectional: 1 },
    outputs: 2,
  }),
];
