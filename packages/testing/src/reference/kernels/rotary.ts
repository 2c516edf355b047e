/** @file Rotary position embeddings: pairs of features turned by an angle that grows with the position. */
import { ShapeError } from "@incipit/core";
import { intAttribute } from "@incipit/onnx";
import { input, type Call, type KernelTable } from "../kernel.js";
import { at, dimOf, offsetOf, reshape, tensor, visit, type Tensor } from "../tensor.js";

/** What turns the features of one position: the cosine and sine of each pair's angle. */
type Angles = (batch: number, position: number, pair: number) => readonly [cos: number, sin: number];

/**
 * `x` `[batch, heads, seq, size]` or `[batch, seq, heads · size]` with the first `dim` features of each head turned.
 * The partner of feature i is its neighbour where `interleaved`, else the feature half of `dim` further on.
 * @see Su et al. 2021, arXiv:2104.09864
 */
function rotate(call: Call, x: Tensor, dim: number, angles: Angles): Tensor {
  const heads = intAttribute(call.node, "num_heads", 0);
  const flat = x.shape.length === 3;
  const size = flat ? (heads === 0 ? dim : dimOf(x, 2) / heads) : dimOf(x, 3);
  const grouped = flat ? reshape(x, [dimOf(x, 0), dimOf(x, 1), dimOf(x, 2) / size, size]) : x;
  const data = Float64Array.from(x.data);
  const half = dim / 2;
  const interleaved = intAttribute(call.node, "interleaved", 0) === 1;
  visit([...grouped.shape.slice(0, 3), half], ([batch = NaN, first = NaN, second = NaN, pair = NaN]) => {
    const [cos, sin] = angles(batch, flat ? first : second, pair);
    const [real, imaginary] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + half];
    const [a, b] = [
      [batch, first, second, real],
      [batch, first, second, imaginary],
    ] as const;
    data[offsetOf(grouped.shape, a)] = at(grouped, a) * cos - at(grouped, b) * sin;
    data[offsetOf(grouped.shape, b)] = at(grouped, a) * sin + at(grouped, b) * cos;
  });
  return tensor(x.dtype, x.shape, data);
}

/** Angles from tables with a row per position: of `positions` `[batch, seq]`, or of `[1]`, the first one's. */
function tabulated(cos: Tensor, sin: Tensor, positions: Tensor): Angles {
  return (batch, position, pair) => {
    const row =
      positions.data.length === 1 && positions.shape.length === 1
        ? (positions.data[0] as number) + position
        : at(positions, [batch, position]);
    return [at(cos, [row, pair]), at(sin, [row, pair])];
  };
}

export const rotary = {
  RotaryEmbedding: (call) => {
    const [x, cos, sin] = [input(call, 0), input(call, 1), input(call, 2)];
    const positions = call.inputs[3];
    const dim = 2 * dimOf(cos, -1);
    if (positions !== undefined) return rotate(call, x, dim, tabulated(cos, sin, positions));
    if (cos.shape.length !== 3) throw new ShapeError("without position ids the tables need a row per token");
    return rotate(call, x, dim, (...place) => [at(cos, place), at(sin, place)]);
  },
  "com.microsoft.RotaryEmbedding": (call) => {
    const [x, positions, cos, sin] = [input(call, 0), input(call, 1), input(call, 2), input(call, 3)];
    return rotate(call, x, 2 * dimOf(cos, -1), tabulated(cos, sin, positions));
  },
} satisfies KernelTable;
