import { tensor } from "@incipit/tensor";
import { type CaseTable, type OpCase, opCase } from "../case.js";

function gather(x: readonly number[], indices: readonly number[], axis: number): OpCase {
  return opCase({
    name: `[${indices.join()}] from [${x.join()}] on axis ${axis}`,
    inputs: (random) => ({ x: random.normal(x), indices: random.integers(indices, 0, x.at(axis) as number) }),
    build: (ops, inputs) => ops.gather(inputs.x, inputs.indices, axis),
  });
}

function gatherElements(x: readonly number[], indices: readonly number[], axis: number): OpCase {
  return opCase({
    name: `[${indices.join()}] from [${x.join()}] on axis ${axis}`,
    inputs: (random) => ({ x: random.normal(x), indices: random.integers(indices, 0, x.at(axis) as number) }),
    build: (ops, inputs) => ops.gatherElements(inputs.x, inputs.indices, axis),
  });
}

function gatherRows(x: readonly number[], indices: readonly number[]): OpCase {
  return opCase({
    name: `[${indices.join()}] from [${x.join()}]`,
    inputs: (random) => ({ x: random.normal(x), indices: random.integers(indices, 0, x.at(1) as number) }),
    build: (ops, inputs) => ops.gatherRows(inputs.x, inputs.indices),
  });
}

export const indexing: CaseTable<"gather" | "gatherElements" | "gatherRows" | "oneHot" | "argMax"> = {
  gather: [
    gather([4, 3], [2], 0),
    gather([4, 3], [2, 3], 0),
    gather([4, 3], [], 0),
    gather([2, 4], [3], 1),
    gather([2, 4, 3], [2, 2], -2),
    gather([5], [3], -1),
    opCase({
      name: "one row several times",
      inputs: (random) => ({ x: random.normal([3, 2]), indices: tensor("int64", [4], [1, 1, 0, 1]) }),
      build: (ops, { x, indices }) => ops.gather(x, indices, 0),
    }),
    opCase({
      name: "int64 rows",
      inputs: (random) => ({ x: random.integers([4, 2], 0, 99), indices: random.integers([3], 0, 4) }),
      build: (ops, { x, indices }) => ops.gather(x, indices, 0),
    }),
    opCase({
      name: "indices computed within",
      inputs: (random) => ({ x: random.normal([4, 3]), indices: random.integers([2], 0, 3) }),
      build: (ops, { x, indices }) =>
        ops.gather(x, ops.add(indices, ops.constant(tensor("int64", [], [1]))), 0),
    }),
  ],
  gatherElements: [
    gatherElements([3, 4], [3, 1], 1),
    gatherElements([3, 4], [3, 2], -1),
    gatherElements([4, 3], [6, 3], 0),
    gatherElements([2, 3, 4], [2, 2, 4], 1),
    gatherElements([4], [2], 0),
    opCase({
      name: "the largest of each row",
      inputs: (random) => ({ x: random.normal([3, 4]) }),
      build: (ops, { x }) => ops.gatherElements(x, ops.reshape(ops.argMax(x, -1), [-1, 1]), 1),
    }),
  ],
  gatherRows: [gatherRows([3, 4, 2], [3, 1]), gatherRows([2, 5], [2, 3]), gatherRows([2, 3, 2, 2], [2, 4])],
  oneHot: [
    opCase({
      name: "[4]",
      inputs: (random) => ({ indices: random.integers([4], 0, 3) }),
      build: (ops, { indices }) => ops.oneHot(indices, 3),
    }),
    opCase({
      name: "[2,3] of depth 1 or more",
      inputs: (random) => ({ indices: random.integers([2, 3], 0, 5) }),
      build: (ops, { indices }) => ops.oneHot(indices, 5),
    }),
  ],
  argMax: [
    opCase({
      name: "[3,4] on axis 1",
      inputs: (random) => ({ x: random.normal([3, 4]) }),
      build: (ops, { x }) => ops.argMax(x, 1),
      differentiable: [],
    }),
    opCase({
      name: "[3,4,2] on axis -2",
      inputs: (random) => ({ x: random.normal([3, 4, 2]) }),
      build: (ops, { x }) => ops.argMax(x, -2),
      differentiable: [],
    }),
  ],
};
