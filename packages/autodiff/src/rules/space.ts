/** @file Operators that rearrange or resample spatial axes. */
import { UnsupportedOperatorError } from "@incipit/core";
import {
  DATA_TYPE,
  describeNode,
  intAttribute,
  intsAttribute,
  stringAttribute,
  type Value,
} from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { axisPositions, axisSize, ints, normalizeAxis, scatterRows } from "./slicing.js";

/** Pixels to channels. What came from the modes' two orders of channels differs in that order only. */
function depthToSpaceVjp(c: RuleContext, g: Value): readonly Value[] {
  const blocksize = intAttribute(c.node, "blocksize", 1);
  const depth = c.g.op("SpaceToDepth", [g], { blocksize });
  if (stringAttribute(c.node, "mode", "DCR") === "DCR") return [depth];
  const channels = c.shape(c.output(0))[1];
  if (typeof channels !== "number") {
    throw new UnsupportedOperatorError(
      `${describeNode(c.node)}: no gradient for a number of channels that varies.`,
    );
  }
  const places = blocksize ** 2;
  const order = Array.from(
    { length: channels * places },
    (_, i) => (i % places) * channels + Math.floor(i / places),
  );
  return [c.ops.gather(depth, ints(c, order), 1)];
}

/**
 * Nearest-neighbour resampling reads by index along each axis: g is added up where it was read. Where that was, the same
 * Resize says of the positions 0, 1, 2, …
 */
function resizeVjp(c: RuleContext, g: Value): readonly Value[] {
  const x = c.input(0);
  const rank = c.shape(x).length;
  const mode = stringAttribute(c.node, "mode", "nearest");
  const transformation = stringAttribute(c.node, "coordinate_transformation_mode", "half_pixel");
  const policy = stringAttribute(c.node, "keep_aspect_ratio_policy", "stretch");
  for (const [name, value, supported] of [
    ["mode", mode, mode === "nearest"],
    ["coordinate_transformation_mode", transformation, transformation !== "tf_crop_and_resize"],
    ["keep_aspect_ratio_policy", policy, policy === "stretch"],
  ] as const) {
    if (!supported) {
      throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient for the ${name} "${value}".`);
    }
  }
  const [, , scales = "", sizes = ""] = c.node.inputs;
  const axes = intsAttribute(c.node, "axes", [...c.shape(x).keys()]).map((axis) => normalizeAxis(axis, rank));
  const attributes = {
    mode,
    coordinate_transformation_mode: transformation,
    nearest_mode: stringAttribute(c.node, "nearest_mode", "round_prefer_floor"),
  };
  return [
    axes.reduce((cotangent, axis, i) => {
      if (c.shape(x)[axis] === c.shape(c.output(0))[axis]) return cotangent;
      const own = (value: Value) => (value === "" ? "" : c.ops.slice(value, 0, i, i + 1));
      const positions = c.ops.cast(axisPositions(c, x, axis), "float32");
      const read = c.g.op("Resize", [positions, "", own(scales), own(sizes)], attributes);
      const indices = c.g.op("Cast", [read], { to: DATA_TYPE.int64 });
      return scatterRows(c, cotangent, { axis, rank, length: axisSize(c, x, axis), indices });
    }, g),
  ];
}

export const spaceRules: RuleTable = {
  SpaceToDepth: {
    vjp: (c, g) => [c.g.op("DepthToSpace", [g], { blocksize: intAttribute(c.node, "blocksize", 1) })],
  },
  DepthToSpace: { vjp: depthToSpaceVjp },
  Resize: { vjp: resizeVjp },
};
