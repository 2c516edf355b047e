/**
 * @file Floating-point operations of matrix products, two per multiply-add; nothing else is counted. The gradient is that to the
 * prompt: of a frozen product, that in its input alone; of the two in attention, that in both operands; of weights, the trained
 * classifier's.
 */
import type { ModelSizes } from "./model-sizes.js";
import type { TaskName } from "./tasks.js";

/** Operations of a training step. */
export interface Flops {
  readonly forward: number;
  readonly backward: number;
}

/** So many rows of so many positions each, virtual tokens included. */
export interface Shape {
  readonly rows: number;
  readonly positions: number;
}

/** What the decoder of an encoder-decoder reads: the answer's word and its end. */
const ANSWER = 2;

/**
 * Of batches that are computed as they are, padding included; words are looked for at one position alone, as the peer's script has it
 * with `--head-positions label`. The same formula as in that script, which PyTorch's own counter confirms.
 */
export function computedFlops(task: TaskName, sizes: ModelSizes, shapes: readonly Shape[]): Flops {
  const { hidden: h, inner, feedForward: f, layers, decoderLayers, vocabulary, labels } = sizes;
  const sum = (of: (shape: Shape) => number) => shapes.reduce((total, shape) => total + of(shape), 0);
  const rows = sum((shape) => shape.rows);
  const tokens = sum((shape) => shape.rows * shape.positions);
  const square = sum((shape) => shape.rows * shape.positions ** 2);
  const block = 2 * (4 * h * inner + 2 * h * f);
  let linear = layers * block * tokens;
  let attention = layers * 4 * square * inner;
  let weights = 0;
  switch (task) {
    case "seqcls":
      linear += 2 * rows * (h * h + h * labels);
      weights += 2 * rows * h * labels;
      break;
    case "mlm-verbalizer":
      linear += 2 * rows * (h * h + h * vocabulary);
      break;
    case "causal-verbalizer":
      linear += 2 * rows * h * vocabulary;
      break;
    case "causal-lm":
      linear += 2 * tokens * h * vocabulary;
      break;
    case "seq2seq": {
      const read = rows * ANSWER;
      const cross = 2 * (2 * read + 2 * tokens) * h * inner;
      linear += decoderLayers * (read * block + cross) + 2 * read * h * vocabulary;
      attention += decoderLayers * 4 * inner * (rows * ANSWER ** 2 + ANSWER * tokens);
    }
  }
  return { forward: linear + attention, backward: linear + 2 * attention + weights };
}

/**
 * Of a step that computes nothing it need not, for texts of these lengths (virtual tokens not included):
 *
 * - no padding: each text has its own length, `s = virtualTokens + length` positions;
 * - the last layer's keys and values are those of all positions, everything else there is computed for the `r` rows that the head
 *   reads: one for a classifier or a verbalizer, the text's own number for a causal language model, all for a decoder that follows;
 * - a verbalizer's head is as wide as its words are many;
 * - behind the first layer's attention, the gradient goes into the prompt's rows alone;
 * - in a causal model the prompt's rows are the same for all texts: they are computed once, and of the last layer only keys and values.
 *
 * Per text, `h` wide, with `f` in the feed-forward part and `L` layers, the attention's own products per `q` queries and `k` keys
 * being `4qkh`: the forward is `(L − 1)(2(4h² + 2hf)s + 4s²h) + 2·2h²s + 2(2h² + 2hf)r + 4rsh + head`. The gradient of each product
 * is as large as itself, attention's twice, but `2·3h²` in the first layer times the prompt's rows instead of `s`.
 *
 * Left out, as it is less than a hundredth: that a decoder's first layer needs no gradient of its self-attention. Not left out,
 * though a causal model could do without: half of attention's square.
 */
export function neededFlops(
  task: TaskName,
  sizes: ModelSizes,
  { virtualTokens: p, lengths }: { readonly virtualTokens: number; readonly lengths: readonly number[] },
): Flops {
  const isCausal = task === "causal-lm" || task === "causal-verbalizer";
  const prompt: Rows = { computed: p, keys: p, read: 0, learned: p };
  const texts = lengths.map((length): readonly Flops[] => {
    const keys = p + length;
    const read = readRows(task, length, keys);
    const rows: Rows = isCausal
      ? { computed: length, keys, read, learned: 0 }
      : { computed: keys, keys, read, learned: p };
    return [ofLayers(sizes, rows), headOf(task, sizes, keys, length)];
  });
  return [...(isCausal ? [ofLayers(sizes, prompt)] : []), ...texts.flat()].reduce(added, NOTHING);
}

const NOTHING: Flops = { forward: 0, backward: 0 };

/** How many of a text's positions the head reads. */
function readRows(task: TaskName, length: number, positions: number): number {
  switch (task) {
    case "causal-lm":
      return length;
    case "seq2seq":
      return positions;
    default:
      return 1;
  }
}

/** Some positions that go through all layers together. */
interface Rows {
  /** How many they are. */
  readonly computed: number;
  /** What each of them attends to. */
  readonly keys: number;
  /** How many of them are read behind the last layer. */
  readonly read: number;
  /** How many of them the first layer's gradient is wanted of. */
  readonly learned: number;
}

function ofLayers({ hidden: h, inner, feedForward: f, layers }: ModelSizes, rows: Rows): Flops {
  const { computed, keys, read, learned } = rows;
  const each = Array.from({ length: layers }, (_, layer) => {
    const r = layer === layers - 1 ? read : computed;
    const keysAndValues = 2 * 2 * h * inner * computed;
    const queries = 2 * h * inner * r;
    const attention = 4 * r * keys * inner;
    const behind = 2 * (h * inner + 2 * h * f) * r;
    const intoRows =
      layer === 0
        ? 2 * 2 * h * inner * learned + 2 * h * inner * Math.min(learned, r)
        : keysAndValues + queries;
    return {
      forward: keysAndValues + queries + attention + behind,
      backward: intoRows + 2 * attention + behind,
    };
  });
  return each.reduce(added, NOTHING);
}

function headOf(task: TaskName, sizes: ModelSizes, positions: number, length: number): Flops {
  const { hidden: h, inner, feedForward: f, decoderLayers, vocabulary, labels } = sizes;
  const both = (linear: number): Flops => ({ forward: linear, backward: linear });
  switch (task) {
    case "seqcls":
      return added(both(2 * (h * h + h * labels)), { forward: 0, backward: 2 * h * labels });
    case "mlm-verbalizer":
      return both(2 * (h * h + h * labels));
    case "causal-verbalizer":
      return both(2 * h * labels);
    case "causal-lm":
      return both(2 * length * h * vocabulary);
    case "seq2seq": {
      const block = 2 * (4 * h * inner + 2 * h * f);
      const cross = 2 * (2 * ANSWER + 2 * positions) * h * inner;
      const attention = decoderLayers * 4 * inner * (ANSWER ** 2 + ANSWER * positions);
      const linear = decoderLayers * (ANSWER * block + cross) + 2 * ANSWER * h * vocabulary;
      return { forward: linear + attention, backward: linear + 2 * attention };
    }
  }
}

function added(a: Flops, b: Flops): Flops {
  return { forward: a.forward + b.forward, backward: a.backward + b.backward };
}
