/** @file Normalizations: statistics over some axes, then scale and shift. */
import { floatAttribute, intAttribute, sizeOf } from "@incipit/onnx";
import { input, unsupported, type Call, type Kernel, type KernelTable } from "../kernel.js";
import { axisOf, map, mapLines, reduce, reshape, scalar, type Tensor } from "../tensor.js";

const mean = (x: Tensor, axes: readonly number[]): Tensor =>
  reduce(x, axes, true, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);

const subtract = (a: Tensor, b: Tensor): Tensor => map(a.dtype, [a, b], (x, y) => x - y);
const multiply = (a: Tensor, b: Tensor): Tensor => map(a.dtype, [a, b], (x, y) => x * y);
const add = (a: Tensor, b: Tensor | undefined): Tensor =>
  b === undefined ? a : map(a.dtype, [a, b], (x, y) => x + y);

const inverseRoot = (meanSquare: Tensor, epsilon: number): Tensor =>
  map(meanSquare.dtype, [meanSquare], (value) => 1 / Math.sqrt(value + epsilon));

interface Normalized {
  readonly y: Tensor;
  readonly mean: Tensor;
  readonly inverseDeviation: Tensor;
}

/** (x − E[x]) / √(Var[x] + ε) */
function standardize(x: Tensor, axes: readonly number[], epsilon: number): Normalized {
  const center = mean(x, axes);
  const centered = subtract(x, center);
  const inverseDeviation = inverseRoot(mean(multiply(centered, centered), axes), epsilon);
  return { y: multiply(centered, inverseDeviation), mean: center, inverseDeviation };
}

/** x / √(E[x²] + ε). @see Zhang & Sennrich 2019, arXiv:1910.07467 */
function rootMeanSquare(x: Tensor, axes: readonly number[], epsilon: number): Omit<Normalized, "mean"> {
  const inverseDeviation = inverseRoot(mean(multiply(x, x), axes), epsilon);
  return { y: multiply(x, inverseDeviation), inverseDeviation };
}

const epsilonOf = (call: Call, fallback = 1e-5) => floatAttribute(call.node, "epsilon", fallback);

/** All axes of `x` from the one that the node's `axis` names, by default the last. */
function trailingAxes(call: Call, x: Tensor): readonly number[] {
  const rank = x.shape.length;
  const first = axisOf(intAttribute(call.node, "axis", -1), rank);
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** All axes behind batch and channels. */
const spatialAxes = (x: Tensor): readonly number[] => [...x.shape.keys()].slice(2);

/** One value per channel, so shaped that it meets axis 1 of `x` when broadcast. */
const perChannel = (values: Tensor, x: Tensor): Tensor =>
  reshape(values, [sizeOf(values.shape), ...spatialAxes(x).map(() => 1)]);

const rmsNormalization: Kernel = (call) => {
  const x = input(call, 0);
  const { y, inverseDeviation } = rootMeanSquare(x, trailingAxes(call, x), epsilonOf(call));
  return [multiply(y, input(call, 1)), inverseDeviation];
};

function groupNormalization(call: Call): Tensor {
  const x = input(call, 0);
  const [batch = NaN, channels = NaN, ...spatial] = x.shape;
  const groups = intAttribute(call.node, "num_groups", 1);
  const grouped = reshape(x, [batch, groups, channels / groups, ...spatial]);
  const axes = [...grouped.shape.keys()].slice(2);
  const normalized = reshape(standardize(grouped, axes, epsilonOf(call)).y, x.shape);
  // Scale and bias have one value per group in opset 18, one per channel since 21.
  const channelwise = (values: Tensor) => {
    const repeats = channels / sizeOf(values.shape);
    const repeated = Array.from(
      { length: channels },
      (_, c) => values.data[Math.floor(c / repeats)] as number,
    );
    return perChannel({ ...values, shape: [channels], data: Float64Array.from(repeated) }, x);
  };
  return add(multiply(normalized, channelwise(input(call, 1))), channelwise(input(call, 2)));
}

export const normalizations = {
  LayerNormalization: (call) => {
    const x = input(call, 0);
    const { y, mean, inverseDeviation } = standardize(x, trailingAxes(call, x), epsilonOf(call));
    return [add(multiply(y, input(call, 1)), call.inputs[2]), mean, inverseDeviation];
  },
  RMSNormalization: rmsNormalization,
  SimplifiedLayerNormalization: rmsNormalization,
  InstanceNormalization: (call) => {
    const x = input(call, 0);
    const { y } = standardize(x, spatialAxes(x), epsilonOf(call));
    return add(multiply(y, perChannel(input(call, 1), x)), perChannel(input(call, 2), x));
  },
  GroupNormalization: groupNormalization,
  BatchNormalization: (call) => {
    if (intAttribute(call.node, "training_mode", 0) === 1) {
      throw unsupported(call, "training mode");
    }
    const x = input(call, 0);
    const channel = (position: number) => perChannel(input(call, position), x);
    const scale = multiply(channel(1), inverseRoot(channel(4), epsilonOf(call)));
    return add(multiply(subtract(x, channel(3)), scale), channel(2));
  },
  /** x over its norm along an axis; 0 stays 0. */
  LpNormalization: (call) => {
    const absolute = intAttribute(call.node, "p", 2) === 1;
    return mapLines(input(call, 0), intAttribute(call.node, "axis", -1), (line) => {
      const norm = absolute
        ? line.reduce((sum, value) => sum + Math.abs(value), 0)
        : Math.sqrt(line.reduce((sum, value) => sum + value ** 2, 0));
      return line.map((value) => (norm === 0 ? 0 : value / norm));
    });
  },
  "com.microsoft.SkipLayerNormalization": (call) => {
    const sum = add(add(input(call, 0), input(call, 1)), call.inputs[4]);
    const { y, mean, inverseDeviation } = standardize(sum, [-1], epsilonOf(call, 1e-12));
    return [add(multiply(y, input(call, 2)), call.inputs[3]), mean, inverseDeviation, sum];
  },
  "com.microsoft.SkipSimplifiedLayerNormalization": (call) => {
    const sum = add(add(input(call, 0), input(call, 1)), call.inputs[3]);
    const { y, inverseDeviation } = rootMeanSquare(sum, [-1], epsilonOf(call, 1e-12));
    return [multiply(y, input(call, 2)), scalar(sum.dtype, 0), inverseDeviation, sum];
  },
} satisfies KernelTable;
