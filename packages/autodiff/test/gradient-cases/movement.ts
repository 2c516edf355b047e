import { tensor } from "@incipit/tensor";
import { apply, constant, withConstants, type GradientCases } from "./case.js";

export const movementCases: GradientCases = {
  Reshape: [
    withConstants("Reshape", ["s", 2, 6], [[0, -1, 4]]),
    withConstants("Reshape", ["s", 6], [[-1]]),
    withConstants("Reshape", [2, "s", 3], [[-1, 3]]),
  ],
  Flatten: [
    withConstants("Flatten", ["s", 2, 3], []),
    withConstants("Flatten", [2, "s", 3], [], { axis: 2 }),
  ],
  Squeeze: [withConstants("Squeeze", [1, "s", 1, 3], [[0, 2]]), withConstants("Squeeze", ["s", 1], [[-1]])],
  Unsqueeze: [withConstants("Unsqueeze", ["s", 3], [[0, -1]])],
  Transpose: [apply("Transpose", [[2, "s", 3]], { perm: [1, 2, 0] }), apply("Transpose", [["s", 3]])],
  Expand: [
    withConstants("Expand", [3, 1], [[2, 3, 4]]),
    {
      name: "to a size that varies",
      inputs: (random, size) => ({ x: random.normal([1, 3]), like: random.normal([2, size, 3]) }),
      build: (g, { x = "", like = "" }) => g.op("Expand", [x, g.op("Shape", [like])]),
      wrt: ["x"],
    },
  ],
  Concat: [
    apply(
      "Concat",
      [
        ["s", 2],
        ["s", 3],
      ],
      { axis: 1 },
    ),
    apply(
      "Concat",
      [
        ["s", 2],
        [4, 2],
        ["s", 2],
      ],
      { axis: 0 },
    ),
    ...["a", "b", "c"].map((name) => ({
      ...apply(
        "Concat",
        [
          [2, 3],
          ["s", 3],
          [2, 3],
        ],
        { axis: 0 },
      ),
      name,
      wrt: [name],
    })),
    ...["a", "b"].map((name) => ({
      ...apply(
        "Concat",
        [
          ["s", 3],
          ["s", 3],
        ],
        { axis: -2 },
      ),
      name: `${name} of two`,
      wrt: [name],
    })),
    apply("Concat", [["s", 3]], { axis: 0 }),
  ],
  Split: [
    withConstants("Split", ["s", 6], [[1, 2, 3]], { axis: -1 }, 3),
    withConstants("Split", ["s", 6], [undefined], { axis: 1, num_outputs: 2 }, 2),
    {
      name: "with a part that nobody reads",
      inputs: (random, size) => ({ x: random.normal([size, 6]) }),
      build: (g, { x = "" }) =>
        g.ops("Split", [x, constant(g, [2, 2, 2])], { axis: 1 }, { outputs: 3 })[1] ?? "",
    },
  ],
  Slice: [
    {
      name: "nothing of it",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => {
        const nothing = g.op("Slice", [x, constant(g, [1]), constant(g, [1])]);
        return g.op("Concat", [nothing, x], { axis: 0 });
      },
    },
    {
      name: "by int32",
      inputs: (random, size) => ({ x: random.normal([6, size]) }),
      build: (g, { x = "" }) => {
        const [start, end, axis, step] = [-1, -7, 0, -2].map((value) =>
          g.initializer(tensor("int32", [1], [value])),
        );
        return g.op("Slice", [x, start ?? "", end ?? "", axis ?? "", step ?? ""]);
      },
    },
    withConstants("Slice", ["s", 6], [[1], [4], [1]]),
    withConstants(
      "Slice",
      ["s", 6],
      [
        [0, -3],
        [1, 100],
      ],
    ),
    withConstants(
      "Slice",
      [2, "s", 6],
      [
        [1, 1],
        [1000, -1],
        [1, 2],
      ],
    ),
    withConstants("Slice", ["s", 6], [[0], [6], [1], [2]]),
    withConstants("Slice", ["s", 6], [[-1], [-100], [-1], [-2]]),
    withConstants(
      "Slice",
      [6, "s"],
      [
        [5, 0],
        [0, 100],
        [0, 1],
        [-1, 1],
      ],
    ),
  ],
  Pad: [
    ...["edge", "reflect"].flatMap((mode) => [
      withConstants("Pad", [4, "s"], [[1, 0, 2, 1]], { mode }),
      withConstants("Pad", [2, "s", 3], [[1, 1], undefined, [-2]], { mode }),
    ]),
    { ...withConstants("Pad", [3, "s"], [[2, 1, 0, 2]], { mode: "wrap" }), opset: 19 },
    withConstants("Pad", [4, "s"], [[-1, 2, 1, -1]]),
    {
      name: "with a constant",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => g.op("Pad", [x, constant(g, [1, 0, 2, 3])]),
    },
    {
      name: "along one axis, to a computed size",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => {
        const pads = g.op("Concat", [constant(g, [1]), g.op("Shape", [x], { start: 0, end: 1 })], {
          axis: 0,
        });
        return g.op("Pad", [x, pads, "", constant(g, [1])]);
      },
    },
  ],
  Tile: [withConstants("Tile", ["s", 3], [[2, 3]]), withConstants("Tile", ["s"], [[1]])],
  Trilu: [
    withConstants("Trilu", [2, "s", 4], [], { upper: 0 }),
    withConstants("Trilu", ["s", 4], [1], { upper: 1 }),
  ],
};
