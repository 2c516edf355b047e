import { type Dim, type Ops, ShapeError } from "@incipit/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import {
  broadcast,
  broadcastAll,
  gather,
  gatherElements,
  gatherRows,
  piecewiseConstant,
  swap,
} from "./gradients.js";
import { type TensorFlow, toTfjs } from "./tensors.js";

/**
 * The eager interpreter of `Ops<T>`: every operation is computed at once, and differentiated by `tf.grads` and its
 * kin. Integers are int32, int64 ones too. Where several entries are the largest, each gets `max`'s whole gradient.
 *
 * Tensors are TF.js's: call within `tf.tidy`, or dispose of them.
 */
export function tfjsOps(tf: TensorFlow): Ops<Tensor> {
  const stepwise = (f: (...inputs: Tensor[]) => Tensor) => piecewiseConstant(tf, f);
  const times = (x: Tensor, factor: number) => tf.mul(x, tf.scalar(factor));

  return {
    constant: (tensor) => toTfjs(tf, tensor),
    scalar: (value) => tf.scalar(value, "float32"),

    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: (a, b) => tf.maximum(...broadcastAll(tf, [a, b])),
    minimum: (a, b) => tf.minimum(...broadcastAll(tf, [a, b])),

    neg: tf.neg,
    abs: tf.abs,
    exp: tf.exp,
    log: tf.log,
    sqrt: tf.sqrt,
    tanh: tf.tanh,
    sigmoid: tf.sigmoid,
    relu: tf.relu,
    erf: tf.erf,
    gelu: (x) => tf.mul(times(x, 0.5), tf.add(tf.erf(times(x, Math.SQRT1_2)), tf.scalar(1))),

    equal: stepwise(tf.equal),
    less: stepwise(tf.less),
    greater: stepwise(tf.greater),
    not: stepwise(tf.logicalNot),
    and: stepwise(tf.logicalAnd),
    where: (condition, a, b) => tf.where(...broadcastAll(tf, [condition, a, b])),
    cast: (x, dtype) =>
      dtype === "float32" ? tf.cast(x, dtype) : stepwise((input) => castToDiscrete(tf, input, dtype))(x),

    matmul: (a, b) => matmul(tf, a, b),
    transpose: (x, permutation) => tf.transpose(x, [...permutation]),
    reshape: (x, shape) => tf.reshape(x, sizes(shape)),
    expand: (x, shape) => broadcast(tf, x, sizes(shape)),
    concat: (parts, axis) => tf.concat([...parts], axis),
    slice: (x, axis, start, end) => slice(tf, x, axis, start, end),
    gather: (x, indices, axis) => gather(tf, x, indices, axisOf(x, axis)),
    gatherElements: (x, indices, axis) => gatherElements(tf, x, indices, axisOf(x, axis)),
    gatherRows: (x, indices) => gatherRows(tf, x, indices),
    // Asked for float32, WASM would write the bits of the integer 1.
    oneHot: (indices, depth) => tf.cast(tf.oneHot(indices, depth), "float32"),

    sum: (x, axes, keepDims) => tf.sum(x, [...axes], keepDims),
    mean: (x, axes, keepDims) => tf.mean(x, [...axes], keepDims),
    max: (x, axes, keepDims) => tf.max(x, [...axes], keepDims),
    argMax: (x, axis) => stepwise((input) => tf.argMax(input, axis))(x),

    softmax: (x, axis) => onLastAxis(tf, x, axis, (lines) => tf.softmax(lines)),
    logSoftmax: (x, axis) => onLastAxis(tf, x, axis, (lines) => tf.logSoftmax(lines)),
    layerNorm: (x, scale, bias, epsilon) => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const normal = tf.div(centred, tf.sqrt(tf.add(variance, tf.scalar(epsilon))));
      return tf.add(tf.mul(normal, scale), bias);
    },
  };
}

function axisOf(x: Tensor, axis: number): number {
  const front = axis < 0 ? x.rank + axis : axis;
  if (front < 0 || front >= x.rank) {
    throw new ShapeError(`axis ${axis} does not exist in ${x.dtype}[${x.shape.join()}].`);
  }
  return front;
}

function sizes(shape: readonly Dim<Tensor>[]): number[] {
  return shape.map((dim) =>
    typeof dim === "number" ? dim : (dim.of.shape[axisOf(dim.of, dim.axis)] as number),
  );
}

/** TF.js's integers are int32 alone; its WASM takes any bits for a bool, so a comparison makes one. */
function castToDiscrete(tf: TensorFlow, x: Tensor, dtype: "int32" | "int64" | "bool"): Tensor {
  return dtype === "bool" ? tf.notEqual(x, tf.scalar(0, x.dtype)) : tf.cast(x, "int32");
}

/** `f`, which works on the last axis, on any other. */
function onLastAxis(tf: TensorFlow, x: Tensor, axis: number, f: (lines: Tensor) => Tensor): Tensor {
  const last = swap(x.rank, axisOf(x, axis), x.rank - 1);
  return tf.transpose(f(tf.transpose(x, last)), last);
}

/** TF.js broadcasts leading axes, but its gradient forgets to sum over them again: so we broadcast first. */
function matmul(tf: TensorFlow, a: Tensor, b: Tensor): Tensor {
  const lead = (x: Tensor) => x.shape.slice(0, -2);
  const matrix = (x: Tensor) => x.shape.slice(-2);
  if (b.rank === 2) {
    // One weight for all rows: a single large product.
    const rows = tf.reshape(a, [-1, ...a.shape.slice(-1)]);
    return tf.reshape(tf.matMul(rows, b), [...a.shape.slice(0, -1), ...b.shape.slice(-1)]);
  }
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(lead(a), lead(b));
  return tf.matMul(broadcast(tf, a, [...shape, ...matrix(a)]), broadcast(tf, b, [...shape, ...matrix(b)]));
}

function slice(tf: TensorFlow, x: Tensor, axis: number, start: number, end = Infinity): Tensor {
  const along = axisOf(x, axis);
  const length = x.shape[along] as number;
  const bound = (at: number) => Math.min(Math.max(at < 0 ? length + at : at, 0), length);
  const [from, to] = [bound(start), bound(end)];
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === along ? from : 0)),
    x.shape.map((size, i) => (i === along ? Math.max(to - from, 0) : size)),
  );
}
