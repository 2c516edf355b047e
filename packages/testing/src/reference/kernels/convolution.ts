/** @file Convolution over any number of spatial axes, and its transpose. */
import { ShapeError } from "@incipit/core";
import { intAttribute, intsAttribute, sizeOf, stringAttribute } from "@incipit/onnx";
import { input, unsupported, type Call, type KernelTable } from "../kernel.js";
import { at, build, offsetOf, visit, type Tensor } from "../tensor.js";
import { shifted } from "./quantization.js";

/** What one spatial axis of a convolution or a pooling needs. */
export interface Axis {
  readonly dim: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
}

/** How windows of the given sizes move over the spatial axes. */
export function axesOf(
  { node }: Call,
  spatial: readonly number[],
  windows: readonly number[],
): readonly Axis[] {
  const ones = spatial.map(() => 1);
  const strides = intsAttribute(node, "strides", ones);
  const dilations = intsAttribute(node, "dilations", ones);
  const pads = intsAttribute(node, "pads", [...spatial, ...spatial].fill(0));
  const automatic = stringAttribute(node, "auto_pad", "NOTSET");
  return spatial.map((dim, i) => {
    const axis = {
      dim,
      window: windows[i] as number,
      stride: strides[i] as number,
      dilation: dilations[i] as number,
    };
    if (automatic === "NOTSET") {
      return { ...axis, padBegin: pads[i] as number, padEnd: pads[i + spatial.length] as number };
    }
    if (automatic === "VALID") return { ...axis, padBegin: 0, padEnd: 0 };
    // SAME_UPPER and SAME_LOWER: ceil(dim / stride) windows, the odd pad behind or in front.
    const covered = (Math.ceil(dim / axis.stride) - 1) * axis.stride + axis.dilation * (axis.window - 1) + 1;
    const total = Math.max(0, covered - dim);
    const padBegin = automatic === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { ...axis, padBegin, padEnd: total - padBegin };
  });
}

/** Number of windows that fit. */
export function outputDim({ dim, window, stride, dilation, padBegin, padEnd }: Axis): number {
  return Math.floor((dim + padBegin + padEnd - dilation * (window - 1) - 1) / stride) + 1;
}

/** The position that a window at `place` reads with its element at `offset`, unless it is padding. */
export function sourceOf(
  axes: readonly Axis[],
  place: readonly number[],
  offset: readonly number[],
): readonly number[] | undefined {
  const source = axes.map(
    ({ stride, dilation, padBegin }, i) =>
      (place[i] as number) * stride + (offset[i] as number) * dilation - padBegin,
  );
  return source.some((position, i) => position < 0 || position >= (axes[i]?.dim ?? 0)) ? undefined : source;
}

/** `x` [batch, channels, …], `weight` [filters, channels / groups, …], `bias` [filters]. */
function convolve(call: Call, x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [batch = NaN, channels = NaN, ...spatial] = x.shape;
  const [filters = NaN, perGroup = NaN, ...windows] = weight.shape;
  const groups = intAttribute(call.node, "group", 1);
  if (channels !== perGroup * groups || filters % groups !== 0) {
    throw new ShapeError(
      `[${x.shape.join()}] cannot be convolved with [${weight.shape.join()}] in ${groups} groups`,
    );
  }
  const axes = axesOf(call, spatial, windows);
  return build(x.dtype, [batch, filters, ...axes.map(outputDim)], ([n = NaN, filter = NaN, ...place]) => {
    const firstChannel = Math.floor(filter / (filters / groups)) * perGroup;
    let sum = bias?.data[filter] ?? 0;
    visit([perGroup, ...windows], ([channel = NaN, ...offset]) => {
      const source = sourceOf(axes, place, offset);
      if (source === undefined) return;
      sum += at(x, [n, firstChannel + channel, ...source]) * at(weight, [filter, channel, ...offset]);
    });
    return sum;
  });
}

/** `x` [batch, channels, …], `weight` [channels, filters / groups, …]: each element adds its multiple of the weights. */
function convolveTransposed(call: Call, x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [batch = NaN, channels = NaN, ...places] = x.shape;
  const [, perGroup = NaN, ...windows] = weight.shape;
  if (call.node.attributes["output_shape"] !== undefined) throw unsupported(call, "a given output shape");
  if (stringAttribute(call.node, "auto_pad", "NOTSET") !== "NOTSET")
    throw unsupported(call, "automatic pads");
  const groups = intAttribute(call.node, "group", 1);
  const filters = perGroup * groups;
  const outputPadding = intsAttribute(call.node, "output_padding", [...places].fill(0));
  // The forward convolution that this transposes, but for the size that it reads.
  const axes = axesOf(call, places, windows).map((axis, i) => ({
    ...axis,
    dim:
      (axis.dim - 1) * axis.stride +
      axis.dilation * (axis.window - 1) +
      1 -
      axis.padBegin -
      axis.padEnd +
      (outputPadding[i] as number),
  }));
  const shape = [batch, filters, ...axes.map(({ dim }) => dim)];
  const data = new Float64Array(sizeOf(shape));
  if (bias !== undefined) visit(shape, (index, i) => (data[i] = bias.data[index[1] as number] as number));
  visit(x.shape, ([n = NaN, channel = NaN, ...place], element) => {
    const firstFilter = Math.floor(channel / (channels / groups)) * perGroup;
    visit([perGroup, ...windows], ([filter = NaN, ...offset]) => {
      const target = sourceOf(axes, place, offset);
      if (target === undefined) return;
      const i = offsetOf(shape, [n, firstFilter + filter, ...target]);
      data[i] = (data[i] as number) + (x.data[element] as number) * at(weight, [channel, filter, ...offset]);
    });
  });
  return { dtype: x.dtype, shape, data };
}

export const convolutions = {
  Conv: (call) => convolve(call, input(call, 0), input(call, 1), call.inputs[2]),
  ConvInteger: (call) =>
    convolve(
      call,
      shifted(input(call, 0), call.inputs[2]),
      shifted(input(call, 1), call.inputs[3]),
      undefined,
    ),
  ConvTranspose: (call) => convolveTransposed(call, input(call, 0), input(call, 1), call.inputs[2]),
} satisfies KernelTable;
