/** @file Operators that rearrange or resample spatial axes. */
import { intAttribute, intsAttribute, stringAttribute } from "@incipit/onnx";
import { input, unsupported, type Call, type KernelTable } from "../kernel.js";
import { at, axisOf, build, listOf, type Tensor } from "../tensor.js";

/** Output sizes and scales along the resized axes, as `scales` or `sizes` give them. */
function resizing(call: Call, x: Tensor) {
  const axes = intsAttribute(call.node, "axes", [...x.shape.keys()]).map((axis) =>
    axisOf(axis, x.shape.length),
  );
  const sizes = call.inputs[3];
  const dims = axes.map((axis) => x.shape[axis] as number);
  const scales =
    sizes === undefined ? listOf(input(call, 2)) : listOf(sizes).map((size, i) => size / (dims[i] as number));
  const shape = [...x.shape];
  for (const [i, axis] of axes.entries()) {
    shape[axis] =
      sizes === undefined
        ? Math.floor((dims[i] as number) * (scales[i] as number))
        : (sizes.data[i] as number);
  }
  return { shape, scaleOf: (axis: number) => scales[axes.indexOf(axis)] };
}

/** Where an output position lies among the input's. */
const SOURCES: Readonly<Record<string, (i: number, scale: number, dim: number, out: number) => number>> = {
  half_pixel: (i, scale) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, scale, _, out) => (out > 1 ? (i + 0.5) / scale - 0.5 : 0),
  asymmetric: (i, scale) => i / scale,
  align_corners: (i, _, dim, out) => (out > 1 ? (i * (dim - 1)) / (out - 1) : 0),
};

const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Blocks of `block` × `block` pixels to channels; the channel of a pixel in its block varies slowest. */
function spaceToDepth(x: Tensor, block: number): Tensor {
  const [batch = NaN, channels = NaN, height = NaN, width = NaN] = x.shape;
  const shape = [batch, channels * block * block, height / block, width / block];
  return build(x.dtype, shape, ([n = NaN, channel = NaN, row = NaN, column = NaN]) => {
    const place = Math.floor(channel / channels);
    return at(x, [
      n,
      channel % channels,
      row * block + Math.floor(place / block),
      column * block + (place % block),
    ]);
  });
}

function depthToSpace(x: Tensor, block: number, mode: string): Tensor {
  const [batch = NaN, depth = NaN, height = NaN, width = NaN] = x.shape;
  const channels = depth / block ** 2;
  const shape = [batch, channels, height * block, width * block];
  return build(x.dtype, shape, ([n = NaN, channel = NaN, row = NaN, column = NaN]) => {
    const place = (row % block) * block + (column % block);
    const from = mode === "CRD" ? channel * block ** 2 + place : place * channels + channel;
    return at(x, [n, from, Math.floor(row / block), Math.floor(column / block)]);
  });
}

export const spaces = {
  SpaceToDepth: (call) => spaceToDepth(input(call, 0), intAttribute(call.node, "blocksize", 1)),
  DepthToSpace: (call) =>
    depthToSpace(
      input(call, 0),
      intAttribute(call.node, "blocksize", 1),
      stringAttribute(call.node, "mode", "DCR"),
    ),
  Resize: (call) => {
    const x = input(call, 0);
    const mode = stringAttribute(call.node, "mode", "nearest");
    const transformation = stringAttribute(call.node, "coordinate_transformation_mode", "half_pixel");
    const source = SOURCES[transformation];
    const nearest = ROUNDINGS[stringAttribute(call.node, "nearest_mode", "round_prefer_floor")];
    if (mode !== "nearest") throw unsupported(call, `interpolation "${mode}"`);
    if (source === undefined || nearest === undefined)
      throw unsupported(call, `coordinates "${transformation}"`);
    const { shape, scaleOf } = resizing(call, x);
    return build(x.dtype, shape, (index) =>
      at(
        x,
        index.map((i, axis) => {
          const scale = scaleOf(axis);
          const dim = x.shape[axis] as number;
          if (scale === undefined || scale === 1) return i;
          return Math.min(Math.max(nearest(source(i, scale, dim, shape[axis] as number)), 0), dim - 1);
        }),
      ),
    );
  },
} satisfies KernelTable;
