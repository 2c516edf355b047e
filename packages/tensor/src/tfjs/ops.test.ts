/** @file What is TF.js's own here; that values and gradients are right is for the contract suite in `@incipit/testing`. */
import { ShapeError } from "@incipit/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../derived/cross-entropy.js";
import { tensor } from "../host/create.js";
import { chooseBackend } from "./backend.js";
import { tfjsOps } from "./ops.js";
import { fromTfjs, type TensorFlow } from "./tensors.js";

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await chooseBackend());
});

test("int64 constants become int32, and casts to int64 give int32", () => {
  const ops = tfjsOps(tf);
  expect(ops.constant(tensor("int64", [2], [1, -100])).dtype).toBe("int32");
  expect(fromTfjs(ops.cast(ops.scalar(-1.5), "int64"))).toEqual(tensor("int32", [], [-1]));
  expect(() => ops.constant(tensor("int64", [], [2n ** 40n]))).toThrow(ShapeError);
});

test("an axis that does not exist is an error that names it and the tensor", () => {
  const ops = tfjsOps(tf);
  const x = tf.zeros([2, 2]);
  expect(() => ops.slice(x, 2, 0)).toThrow(/axis 2 does not exist in float32\[2,2\]/);
  expect(() => ops.softmax(x, -3)).toThrow(ShapeError);
  expect(() => ops.reshape(x, [{ of: x, axis: 5 }])).toThrow(ShapeError);
});

test("matrices that do not fit are refused, also where a reshape would make them fit", () => {
  expect(() => tfjsOps(tf).matmul(tf.zeros([2, 2, 2]), tf.zeros([4, 3]))).toThrow(/inner shapes/);
});

test("differentiating frees every tensor but the gradients", () => {
  const ops = tfjsOps(tf);
  const x = tf.ones([3, 4]);
  const ids = tf.tensor1d([0, 2, 2], "int32");
  const loss = (table: Tensor) => {
    const rows = ops.gather(table, ops.add(ids, ops.constant(tensor("int64", [], [0]))), 0);
    const kept = ops.where(ops.greater(rows, ops.scalar(0)), ops.gelu(rows), rows);
    return crossEntropy(ops, ops.softmax(kept, 0), ids).total;
  };
  const before = tf.memory().numTensors;
  const gradient = tf.grad(loss)(x);
  expect(tf.memory().numTensors).toBe(before + 1);
  gradient.dispose();
});
