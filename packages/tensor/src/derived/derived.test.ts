/** @file The formulas, on numbers worked out by hand; that all interpreters agree on them is for the contract suite. */
import type { Ops } from "@incipit/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { tensor } from "../host/create.js";
import { chooseBackend } from "../tfjs/backend.js";
import { tfjsOps } from "../tfjs/ops.js";
import { crossEntropy } from "./cross-entropy.js";
import { linear } from "./linear.js";
import { maskedMean } from "./masked-mean.js";
import { cosineSimilarity, l2Normalize } from "./similarity.js";

let ops: Ops<Tensor>;
beforeAll(async () => {
  ops = tfjsOps((await chooseBackend()).tf);
});

const float32 = (shape: readonly number[], values: readonly number[]) =>
  ops.constant(tensor("float32", shape, values));
const int64 = (shape: readonly number[], values: readonly number[]) =>
  ops.constant(tensor("int64", shape, values));

function expectNumbers(actual: Tensor, shape: readonly number[], numbers: readonly number[]): void {
  expect(actual.shape).toEqual(shape);
  const values = [...actual.dataSync()];
  expect(values).toEqual(numbers.map((number) => expect.closeTo(number, 5) as number));
}

describe("crossEntropy", () => {
  // softmax(0, ln 3) = (1/4, 3/4), softmax(0, 0) = (1/2, 1/2)
  const logits = () => float32([2, 2], [0, Math.log(3), 0, 0]);

  test("adds up -log p of the labels, and counts them", () => {
    const { total, count } = crossEntropy(ops, logits(), int64([2], [0, 1]));
    expectNumbers(total, [], [Math.log(4) + Math.log(2)]);
    expectNumbers(count, [], [2]);
  });

  test("leaves ignored labels out of both", () => {
    const { total, count } = crossEntropy(ops, logits(), int64([2], [-100, 0]));
    expectNumbers(total, [], [Math.log(2)]);
    expectNumbers(count, [], [1]);
    expectNumbers(crossEntropy(ops, logits(), int64([2], [1, 0]), 0).total, [], [Math.log(4 / 3)]);
  });

  test("is finite where a probability is not representable", () => {
    const { total } = crossEntropy(ops, float32([1, 2], [500, -500]), int64([1], [1]));
    expectNumbers(total, [], [1000]);
  });
});

describe("l2Normalize", () => {
  test("divides vectors by their lengths", () => {
    expectNumbers(l2Normalize(ops, float32([2, 2], [3, 4, 0, -2])), [2, 2], [0.6, 0.8, 0, -1]);
  });

  test("keeps a zero vector", () => {
    expectNumbers(l2Normalize(ops, float32([1, 2], [0, 0])), [1, 2], [0, 0]);
  });
});

test("cosineSimilarity compares every row with every row", () => {
  const a = float32([2, 2], [2, 0, -3, 3]);
  const b = float32([3, 2], [1, 0, 0, 5, 1, 1]);
  expectNumbers(cosineSimilarity(ops, a, b), [2, 3], [1, 0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2, 0]);
});

test("maskedMean averages what the mask keeps, and gives zero where it keeps nothing", () => {
  const x = float32([2, 2, 2], [1, 2, 30, 40, 5, 6, 7, 8]);
  expectNumbers(maskedMean(ops, x, int64([2, 2], [1, 0, 1, 1])), [2, 2], [1, 2, 6, 7]);
  expectNumbers(maskedMean(ops, x, int64([2, 2], [0, 0, 0, 1])), [2, 2], [0, 0, 7, 8]);
});

test("linear multiplies by the transposed weight and adds the bias", () => {
  const weight = float32([3, 2], [1, 0, 0, 1, 1, 1]);
  const x = float32([1, 2], [10, 20]);
  expectNumbers(linear(ops, x, weight), [1, 3], [10, 20, 30]);
  expectNumbers(linear(ops, x, weight, float32([3], [1, 2, 3])), [1, 3], [11, 22, 33]);
});
