import { withConstants, type Dim, type GradientCase, type GradientCases } from "./case.js";

const resize = (
  name: string,
  shape: readonly Dim[],
  scales: readonly number[],
  attributes: Readonly<Record<string, string | readonly number[]>> = {},
): GradientCase => ({
  ...withConstants("Resize", shape, []),
  name: `${name} by ${scales.join()} ${JSON.stringify(attributes)}`,
  build: (g, { x = "" }) => {
    const factors = { dtype: "float32", shape: [scales.length], data: Float32Array.from(scales) } as const;
    return g.op("Resize", [x, "", g.initializer(factors)], attributes);
  },
});

export const spaceCases: GradientCases = {
  SpaceToDepth: [withConstants("SpaceToDepth", ["s", 2, 4, 2], [], { blocksize: 2 })],
  DepthToSpace: ["DCR", "CRD"].map((mode) =>
    withConstants("DepthToSpace", [2, 8, "s", 1], [], { mode, blocksize: 2 }),
  ),
  Resize: [
    resize("twice as large", [1, 2, "s", 3], [1, 1, 2, 2], { coordinate_transformation_mode: "asymmetric" }),
    resize("smaller and larger", ["s", 2, 4, 3], [0.5, 1.5], { axes: [2, 3], nearest_mode: "floor" }),
    {
      ...withConstants("Resize", ["s", 2, 4, 3], [undefined, undefined, [5, 2]], { axes: [2, 3] }),
      name: "to given sizes",
    },
  ],
};
