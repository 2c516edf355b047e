/** @file What parameters start from: pure functions of a random source and a shape. */
import { type HostTensor, type Random, ShapeError } from "@incipit/core";
import { hostTensor, zeros as zeroTensor } from "./host/create.js";
import { equalShapes, formatTensor, sizeOf } from "./host/shape.js";

/** The same random source and shape give the same bytes. */
export type Initializer = (random: Random, shape: readonly number[]) => HostTensor<"float32">;

/** All zeros; draws nothing. */
export function zeros(): Initializer {
  return (_random, shape) => zeroTensor("float32", shape);
}

/** A copy of `tensor`, whatever the random source. @throws {ShapeError} when another shape is asked for */
export function constant(tensor: HostTensor<"float32">): Initializer {
  return (_random, shape) => {
    if (!equalShapes(shape, tensor.shape)) {
      throw new ShapeError(
        `initializers.constant: expected shape [${shape.join()}], got ${formatTensor(tensor)}; give one of that shape.`,
      );
    }
    return hostTensor("float32", shape, tensor.data.slice());
  };
}

/** N(mean, std²). */
export function normal({ std = 1, mean = 0 }: { std?: number; mean?: number } = {}): Initializer {
  return drawn((random) => mean + std * random.normal());
}

/** U(min, max). */
export function uniform({ min, max }: { min: number; max: number }): Initializer {
  return drawn((random) => min + (max - min) * random.uniform());
}

/**
 * U(-a, a) with a = √(6 / (fanIn + fanOut)), for weights `[out, in]`.
 * @throws {ShapeError} when the shape has fewer than two axes
 * @see Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", equation 16
 */
export function xavierUniform(): Initializer {
  return (random, shape) => {
    const { fanIn, fanOut } = fans("xavierUniform", shape);
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    return uniform({ min: -bound, max: bound })(random, shape);
  };
}

/**
 * U(-1/√fanIn, 1/√fanIn), for weights `[out, in]`: what PyTorch's `nn.Linear` starts from, which is Kaiming's rule with
 * a = √5.
 * @throws {ShapeError} when the shape has fewer than two axes
 * @see He et al. 2015, arXiv:1502.01852, section 2.2
 */
export function kaimingUniform(): Initializer {
  return (random, shape) => {
    const bound = 1 / Math.sqrt(fans("kaimingUniform", shape).fanIn);
    return uniform({ min: -bound, max: bound })(random, shape);
  };
}

function drawn(draw: (random: Random) => number): Initializer {
  return (random, shape) =>
    hostTensor(
      "float32",
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => draw(random)),
    );
}

/** As PyTorch counts them: axes behind the second are a receptive field. */
function fans(where: string, shape: readonly number[]) {
  const [fanOut, fanIn, ...field] = shape;
  if (fanOut === undefined || fanIn === undefined) {
    throw new ShapeError(
      `initializers.${where}: expected a weight [out, in], got [${shape.join()}]; use zeros or uniform for a bias.`,
    );
  }
  return { fanIn: fanIn * sizeOf(field), fanOut: fanOut * sizeOf(field) };
}

/** What parameters start from, by name: `initializers.normal({ std: 0.02 })(random, shape)`. */
export const initializers = { constant, kaimingUniform, normal, uniform, xavierUniform, zeros } as const;
