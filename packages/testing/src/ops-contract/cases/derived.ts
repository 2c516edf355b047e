import { cosineSimilarity, crossEntropy, l2Normalize, linear, maskedMean, tensor } from "@incipit/tensor";
import type { RandomTensors } from "../../random-tensors.js";
import { type CaseTable, opCase } from "../case.js";

const classification = (random: RandomTensors) => ({
  logits: random.normal([4, 3], 3),
  labels: random.integers([4], 0, 3),
});
const withIgnored = (random: RandomTensors) => ({
  logits: random.normal([3, 4]),
  labels: tensor("int64", [3], [-100, 3, -100]),
});

/** What is written over `Ops<T>` in `@incipit/tensor`. */
export const derived: CaseTable<
  "crossEntropy" | "l2Normalize" | "cosineSimilarity" | "maskedMean" | "linear"
> = {
  crossEntropy: [
    opCase({
      name: "total",
      inputs: classification,
      build: (ops, { logits, labels }) => crossEntropy(ops, logits, labels).total,
    }),
    opCase({
      name: "total with ignored labels",
      inputs: withIgnored,
      build: (ops, { logits, labels }) => crossEntropy(ops, logits, labels).total,
    }),
    opCase({
      name: "count with ignored labels",
      inputs: withIgnored,
      build: (ops, { logits, labels }) => crossEntropy(ops, logits, labels).count,
      differentiable: [],
    }),
    opCase({
      name: "mean with another ignored label",
      inputs: classification,
      build: (ops, { logits, labels }) => {
        const { total, count } = crossEntropy(ops, logits, labels, 1);
        return ops.div(total, count);
      },
    }),
  ],
  l2Normalize: [
    opCase({
      name: "[2,3]",
      inputs: (random) => ({ x: random.normal([2, 3]) }),
      build: (ops, { x }) => l2Normalize(ops, x),
    }),
    opCase({
      name: "[2,2,4]",
      inputs: (random) => ({ x: random.normal([2, 2, 4], 5) }),
      build: (ops, { x }) => l2Normalize(ops, x),
    }),
    opCase({
      name: "a zero vector, which has no slope to speak of",
      inputs: () => ({ x: tensor("float32", [2, 2], [0, 0, 3, -4]) }),
      build: (ops, { x }) => l2Normalize(ops, x),
      differentiable: [],
    }),
  ],
  cosineSimilarity: [
    opCase({
      name: "[3,4] and [2,4]",
      inputs: (random) => ({ a: random.normal([3, 4]), b: random.normal([2, 4]) }),
      build: (ops, { a, b }) => cosineSimilarity(ops, a, b),
    }),
  ],
  maskedMean: [
    opCase({
      name: "[3,4,2], one row masked out",
      inputs: (random) => ({
        x: random.normal([3, 4, 2]),
        mask: tensor("int64", [3, 4], [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1]),
      }),
      build: (ops, { x, mask }) => maskedMean(ops, x, mask),
    }),
  ],
  linear: [
    opCase({
      name: "[3,4] without bias",
      inputs: (random) => ({ x: random.normal([3, 4]), weight: random.normal([2, 4]) }),
      build: (ops, { x, weight }) => linear(ops, x, weight),
    }),
    opCase({
      name: "[2,3,4] with bias",
      inputs: (random) => ({
        x: random.normal([2, 3, 4]),
        weight: random.normal([2, 4]),
        bias: random.normal([2]),
      }),
      build: (ops, { x, weight, bias }) => linear(ops, x, weight, bias),
    }),
  ],
};
