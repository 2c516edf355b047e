/** @file Convolutions, and pooling by windows, whose gradients are convolutions too. */
import { UnsupportedOperatorError } from "@incipit/core";
import {
  describeNode,
  intAttribute,
  intsAttribute,
  sizeOf,
  stringAttribute,
  type AttributeLike,
  type Value,
  type Shape,
} from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { axisSize, ints } from "./slicing.js";

/** How windows move over the spatial axes: one number per axis, `pads` in front of all and then behind all. */
interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

const spatialAxes = (shape: Shape): readonly number[] => [...shape.keys()].slice(2);

/** The windows of a node that reads `from` `[batch, channels, …]`. */
function windowsOf(c: RuleContext, from: Shape, kernel: readonly number[]): Windows {
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(c.node, "strides", ones);
  const dilations = intsAttribute(c.node, "dilations", ones);
  const given = intsAttribute(c.node, "pads", [...ones, ...ones].fill(0));
  const automatic = stringAttribute(c.node, "auto_pad", "NOTSET");
  if (automatic === "NOTSET") return { kernel, strides, dilations, pads: given };
  if (automatic === "VALID") return { kernel, strides, dilations, pads: given.map(() => 0) };
  // SAME_UPPER and SAME_LOWER: ⌈size / stride⌉ windows, an odd pad behind or in front.
  const totals = kernel.map((size, i) => {
    const [stride = 1, dilation = 1, length] = [strides[i], dilations[i], from[i + 2]];
    const reach = dilation * (size - 1) + 1;
    if (stride === 1) return reach - 1;
    if (typeof length === "number") {
      return Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
    }
    throw new UnsupportedOperatorError(
      `${describeNode(c.node)}: no gradient for auto_pad "${automatic}" with strides over a size that varies.`,
    );
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  const pads = automatic === "SAME_UPPER" ? [...less, ...more] : [...more, ...less];
  return { kernel, strides, dilations, pads };
}

function convolutionAttributes({ strides, dilations, pads }: Windows): Record<string, AttributeLike> {
  return { strides, dilations, pads };
}

/**
 * The transpose of reading by windows: every element of `g` adds its multiple of the weights to where its window read.
 * @param like what the windows read, whose spatial size the result gets
 */
function spread(
  c: RuleContext,
  g: Value,
  { weight, windows, group, like }: { weight: Value; windows: Windows; group: number; like: Value },
): Value {
  const { kernel, strides, dilations, pads } = windows;
  const [to, from] = [c.shape(like), c.shape(c.output(0))];
  // Positions behind the last window. Where the sizes vary, as many as there can be: what is too much is cut off.
  const exact = kernel.map((size, i) => {
    const [length, count, stride = 1] = [to[i + 2], from[i + 2], strides[i]];
    if (stride === 1) return 0;
    if (typeof length !== "number" || typeof count !== "number") return undefined;
    const reach = (dilations[i] ?? 1) * (size - 1) + 1;
    const padded = length + (pads[i] ?? 0) + (pads[i + kernel.length] ?? 0);
    return padded - (count - 1) * stride - reach;
  });
  const result = c.g.op("ConvTranspose", [g, weight], {
    ...convolutionAttributes(windows),
    group,
    output_padding: exact.map((padding, i) => padding ?? (strides[i] ?? 1) - 1),
  });
  const cut = exact.flatMap((padding, i) => (padding === undefined ? [i + 2] : []));
  if (cut.length === 0) return result;
  const ends = c.ops.concat(
    cut.map((axis) => axisSize(c, like, axis)),
    0,
  );
  const starts = ints(
    c,
    cut.map(() => 0),
  );
  return c.g.op("Slice", [result, starts, ends, ints(c, cut)]);
}

/**
 * Cotangent of a convolution's weights `[filters, channels / group, …]`: over batch and windows, what was read times the
 * cotangent of what came of it. That is a convolution of `read` with `g`, batch in the place of channels.
 */
function weightCotangent(
  c: RuleContext,
  {
    read,
    g,
    weight,
    windows,
    group,
  }: { read: Value; g: Value; weight: Value; windows: Windows; group: number },
): Value {
  const { strides, dilations, pads, kernel } = windows;
  const swapped = (x: Value) => c.ops.transpose(x, [1, 0, ...spatial]);
  const spatial = kernel.map((_, i) => i + 2);
  const sizes = (x: Value) => spatial.map((axis) => ({ of: x, axis }));
  // [batch, group · channels, …] to [channels, group · batch, …]
  const channels = c.shape(weight)[1];
  if (typeof channels !== "number") {
    throw new UnsupportedOperatorError(
      `${describeNode(c.node)}: a kernel whose size varies cannot be trained.`,
    );
  }
  const grouped = () => {
    const split = c.ops.reshape(read, [{ of: read, axis: 0 }, group, channels, ...sizes(read)]);
    const permuted = c.ops.transpose(split, [2, 1, 0, ...spatial.map((axis) => axis + 1)]);
    return c.ops.reshape(permuted, [channels, -1, ...sizes(read)]);
  };
  const attributes = { strides: dilations, dilations: strides, pads, group };
  const products = swapped(c.g.op("Conv", [group === 1 ? swapped(read) : grouped(), swapped(g)], attributes));
  // Windows that did not fit once more left a rest: cut off what it gave.
  const starts = kernel.map(() => 0);
  return c.g.op("Slice", [products, ints(c, starts), ints(c, kernel), ints(c, spatial)]);
}

function kernelOf(c: RuleContext, weight: Value): readonly number[] {
  return c
    .shape(weight)
    .slice(2)
    .map((size) => Number(size));
}

/** ∂x of a convolution: g spread by the weights, given here as floats. */
export function convolutionCotangent(c: RuleContext, g: Value, weight: Value): Value {
  const x = c.input(0);
  const windows = windowsOf(c, c.shape(x), kernelOf(c, c.input(1)));
  return spread(c, g, { weight, windows, group: intAttribute(c.node, "group", 1), like: x });
}

/** ∂x spreads g by the weights; ∂weight as above; ∂bias sums g over all but the filters. */
function convVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const [x, weight] = [c.input(0), c.input(1)];
  const group = intAttribute(c.node, "group", 1);
  const windows = windowsOf(c, c.shape(x), kernelOf(c, weight));
  return [
    c.needs[0] === true ? convolutionCotangent(c, g, weight) : undefined,
    c.needs[1] === true ? weightCotangent(c, { read: x, g, weight, windows, group }) : undefined,
    c.needs[2] === true ? c.ops.sum(g, [0, ...spatialAxes(c.shape(x))]) : undefined,
  ];
}

/** A transposed convolution spreads what a convolution reads: reading and what came of it change places. */
function convTransposeVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const [x, weight] = [c.input(0), c.input(1)];
  for (const name of ["auto_pad", "output_shape"]) {
    if (c.node.attributes[name] !== undefined && stringOf(c, name) !== "NOTSET") {
      throw new UnsupportedOperatorError(
        `${describeNode(c.node)}: no gradient with the attribute "${name}".`,
      );
    }
  }
  const group = intAttribute(c.node, "group", 1);
  const windows = windowsOf(c, c.shape(c.output(0)), kernelOf(c, weight));
  return [
    c.needs[0] === true
      ? c.g.op("Conv", [g, weight], { ...convolutionAttributes(windows), group })
      : undefined,
    c.needs[1] === true ? weightCotangent(c, { read: g, g: x, weight, windows, group }) : undefined,
    c.needs[2] === true ? c.ops.sum(g, [0, ...spatialAxes(c.shape(x))]) : undefined,
  ];
}

function stringOf(c: RuleContext, name: string): string | undefined {
  const attribute = c.node.attributes[name];
  return attribute?.type === "string" ? attribute.value : undefined;
}

/** g / number of elements averaged, spread over each window; every channel is a picture of its own. */
function averagePoolVjp(c: RuleContext, g: Value): readonly Value[] {
  if (intAttribute(c.node, "ceil_mode", 0) === 1) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient with ceil_mode.`);
  }
  const x = c.input(0);
  const shape = c.shape(x);
  const kernel = intsAttribute(c.node, "kernel_shape", []);
  const windows = windowsOf(c, shape, kernel);
  const ones = c.g.op("Expand", [c.scalar(1, x), ints(c, [1, 1, ...kernel])]);
  const spatial = spatialAxes(shape);
  const pictures = (value: Value, like: Value) =>
    c.ops.reshape(value, [-1, 1, ...spatial.map((axis) => ({ of: like, axis }))]);
  const counts = () => {
    const sizes = spatial.map((axis) => axisSize(c, x, axis));
    const whole = c.g.op("Expand", [c.scalar(1, x), c.ops.concat([ints(c, [1, 1]), ...sizes], 0)]);
    return c.g.op("Conv", [whole, ones], convolutionAttributes(windows));
  };
  const full = windows.pads.every((pad) => pad === 0) || intAttribute(c.node, "count_include_pad", 0) === 1;
  const share = c.ops.div(g, full ? c.scalar(sizeOf(kernel), x) : counts());
  const spreadOut = spread(c, pictures(share, g), { weight: ones, windows, group: 1, like: x });
  return [c.g.op("Reshape", [spreadOut, c.shapeOf(x)])];
}

/** The largest of each window came from the place that the second output names, counted over the whole tensor. */
function maxPoolVjp(c: RuleContext, g: Value): readonly Value[] {
  const x = c.input(0);
  const flat = (value: Value) => c.ops.reshape(value, [-1]);
  const zeros = flat(c.zerosLike(x));
  const scattered = c.g.op("ScatterElements", [zeros, flat(c.output(1)), flat(g)], { reduction: "add" });
  return [c.g.op("Reshape", [scattered, c.shapeOf(x)])];
}

export const convolutionRules: RuleTable = {
  Conv: { vjp: convVjp },
  ConvTranspose: { vjp: convTransposeVjp },
  AveragePool: { vjp: averagePoolVjp },
  MaxPool: { vjp: maxPoolVjp },
};
