/** @file What TF.js's own gradients lack for our algebra. */
// TF.js's gradient rules: in Node, tfjs-core comes without them, and this is the smallest package that registers them.
import "@tensorflow/tfjs-layers";
import type { GradSaveFunc, Tensor } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensors.js";

/**
 * `f` with a zero gradient. Where TF.js has no gradient (comparisons, argMax) it refuses to differentiate anything that
 * depends on one; where it passes a gradient through (casts to integers), calculus says zero.
 */
export function piecewiseConstant(
  tf: TensorFlow,
  f: (...inputs: Tensor[]) => Tensor,
): (...inputs: Tensor[]) => Tensor {
  return (...inputs) =>
    tf.customGrad(() => ({
      value: f(...inputs),
      gradFunc: () => inputs.map(({ shape }) => tf.zeros(shape)),
    }))(...inputs);
}

/** Broadcast to `shape`. TF.js's gradient of its own broadcastTo slices and adds piece by piece; that of `add` reduces. */
export function broadcast(tf: TensorFlow, x: Tensor, shape: number[]): Tensor {
  if (x.rank === shape.length && x.shape.every((size, axis) => size === shape[axis])) return x;
  return x.dtype === "float32" ? tf.add(x, tf.zeros(shape)) : tf.broadcastTo(x, shape);
}

/** All of them in their common shape: TF.js's `where`, `maximum` and `minimum` broadcast, but not well backwards. */
export function broadcastAll<Inputs extends Tensor[]>(tf: TensorFlow, inputs: readonly [...Inputs]): Inputs {
  const shape = inputs.map((x) => x.shape).reduce(tf.broadcast_util.assertAndGetBroadcastShape);
  return inputs.map((x) => broadcast(tf, x, shape)) as Inputs;
}

/**
 * Rows along `axis` (from the front). TF.js's gradient needs a kernel that WASM lacks (UnsortedSegmentSum); ScatterNd,
 * which adds up repeated indices too, is everywhere.
 */
export function gather(tf: TensorFlow, x: Tensor, indices: Tensor, axis: number): Tensor {
  const rows = x.shape[axis] as number;
  const outer = x.shape.slice(0, axis).reduce((size, dimension) => size * dimension, 1);
  const scatterAdd = (dy: Tensor, positions: Tensor): Tensor => {
    const updates = tf.transpose(tf.reshape(dy, [outer, positions.size, -1]), [1, 0, 2]);
    const shape = [rows, outer, updates.shape[2] as number];
    const sums = tf.scatterND(tf.reshape(positions, [-1, 1]), updates, shape);
    return tf.reshape(tf.transpose(sums, [1, 0, 2]), x.shape);
  };
  return tf.customGrad((_x, save) => {
    // Saved, since TF.js frees what a loss function made before it differentiates.
    (save as GradSaveFunc)([indices]);
    return {
      value: tf.gather(x, indices, axis),
      gradFunc: (dy, [saved]) => scatterAdd(dy, saved as Tensor),
    };
  })(x);
}

/** One element per index along `axis` (from the front): a gather from the flattened lines along that axis. */
export function gatherElements(tf: TensorFlow, x: Tensor, indices: Tensor, axis: number): Tensor {
  const last = swap(x.rank, axis, x.rank - 1);
  const lines = tf.transpose(x, last);
  const wanted = tf.transpose(indices, last);
  const width = x.shape[axis] as number;
  const count = x.size / width;
  const starts = tf.mul(tf.range(0, count, 1, "int32"), tf.scalar(width, "int32"));
  const flat = tf.add(tf.reshape(wanted, [count, -1]), tf.expandDims(starts, 1));
  return tf.transpose(tf.reshape(gather(tf, tf.reshape(lines, [-1]), flat, 0), wanted.shape), last);
}

/** For each entry of axis 0 its own rows of axis 1: a gather from the rows of all. */
export function gatherRows(tf: TensorFlow, x: Tensor, indices: Tensor): Tensor {
  const [batch = 0, rows = 0, ...rest] = x.shape;
  const starts = tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(rows, "int32"));
  const flat = tf.add(indices, tf.expandDims(starts, 1));
  return gather(tf, tf.reshape(x, [batch * rows, ...rest]), flat, 0);
}

/** The permutation of `rank` axes that swaps two of them; it is its own inverse. */
export function swap(rank: number, a: number, b: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (axis === a ? b : axis === b ? a : axis));
}
