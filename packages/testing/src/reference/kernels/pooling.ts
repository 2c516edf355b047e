/** @file Pooling over windows, and over all spatial axes. */
import { intAttribute, intsAttribute, sizeOf } from "@incipit/onnx";
import { input, unsupported, type Call, type Kernel, type KernelTable } from "../kernel.js";
import { offsetOf, reduce, tensor, visit, type Tensor } from "../tensor.js";
import { axesOf, outputDim, sourceOf } from "./convolution.js";

/** What each window of `x` [batch, channels, …] holds: offsets into `x`, without padding. */
function windowsOf(call: Call, x: Tensor) {
  if (intAttribute(call.node, "ceil_mode", 0) === 1) throw unsupported(call, "windows that do not fit");
  const [batch = NaN, channels = NaN, ...spatial] = x.shape;
  const kernel = intsAttribute(call.node, "kernel_shape", []);
  const axes = axesOf(call, spatial, kernel);
  const shape = [batch, channels, ...axes.map(outputDim)];
  const windows: (readonly number[])[] = [];
  visit(shape, ([n = NaN, channel = NaN, ...place]) => {
    const held: number[] = [];
    visit(kernel, (offset) => {
      const source = sourceOf(axes, place, offset);
      if (source !== undefined) held.push(offsetOf(x.shape, [n, channel, ...source]));
    });
    windows.push(held);
  });
  return { shape, windows, size: sizeOf(kernel) };
}

const overSpace =
  (f: (values: readonly number[]) => number): Kernel =>
  (call) => {
    const x = input(call, 0);
    return reduce(x, [...x.shape.keys()].slice(2), true, f);
  };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const poolings = {
  AveragePool: (call) => {
    const x = input(call, 0);
    const { shape, windows, size } = windowsOf(call, x);
    const padded = intAttribute(call.node, "count_include_pad", 0) === 1;
    const average = (held: readonly number[]) =>
      sum(held.map((i) => x.data[i] as number)) / (padded ? size : held.length);
    return tensor(x.dtype, shape, windows.map(average));
  },
  /** The largest of each window, and where in `x` it was; of equals the first. */
  MaxPool: (call) => {
    const x = input(call, 0);
    const { shape, windows } = windowsOf(call, x);
    const value = (i: number) => x.data[i] as number;
    const best = windows.map((held) => held.reduce((a, b) => (value(b) > value(a) ? b : a)));
    return [tensor(x.dtype, shape, best.map(value)), tensor("int64", shape, best)];
  },
  GlobalAveragePool: overSpace((values) => sum(values) / values.length),
  GlobalMaxPool: overSpace((values) => values.reduce((a, b) => Math.max(a, b))),
} satisfies KernelTable;
