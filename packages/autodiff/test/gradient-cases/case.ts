import type { HostTensor } from "@incipit/core";
import type { AttributeLike, GraphBuilder, Value } from "@incipit/onnx";
import type { RandomTensors } from "@incipit/testing";

/** Adds nodes to a graph that has these inputs. */
export type Build<R> = (g: GraphBuilder, inputs: Readonly<Record<string, Value>>) => R;

/** One use of an operator. The gradient is built from probes at some sizes and checked at another. */
export interface GradientCase {
  readonly name: string;
  /** Graph inputs for a given size of the axes that vary; float ones are differentiated unless `wrt` says otherwise. */
  inputs(random: RandomTensors, size: number): Readonly<Record<string, HostTensor>>;
  /** Adds the operator; what it returns goes into the loss. */
  readonly build: Build<Value | readonly Value[]>;
  /**
   * Where the gradient is not the operator's own, the function that it is the gradient of, up to rounding: a graph that
   * rounds to integers has the gradient of the one that does not.
   */
  readonly truth?: Build<Value>;
  readonly wrt?: readonly string[];
  /** Where the operator is newer than the opset that graphs are built for. */
  readonly opset?: number;
}

/** Cases by operator. */
export type GradientCases = Readonly<Record<string, readonly GradientCase[]>>;

export type Dim = number | "s";
type Draw = (random: RandomTensors, shape: readonly number[]) => HostTensor;

const sized = (shape: readonly Dim[], size: number) => shape.map((dim) => (dim === "s" ? size : dim));

const normal: Draw = (random, shape) => random.normal(shape);
/** Away from zero, where a kink, a pole or a branch cut is. */
export const positive: Draw = (random, shape) => random.uniform(shape, 0.3, 2);
/** Spread over the pieces of piecewise functions with kinks at ±1 and ±3, never near a kink. */
export const spread: Draw = (random, shape) => {
  const x = random.normal(shape, 2.5);
  return {
    ...x,
    data: x.data.map((value) => (Math.abs(value - Math.round(value)) < 0.05 ? value + 0.1 : value)),
  };
};

/** y = op(a, b, …) on float inputs of the given shapes. */
export function apply(
  opType: string,
  shapes: readonly (readonly Dim[])[],
  attributes: Readonly<Record<string, AttributeLike>> = {},
  draw: Draw = normal,
  domain = "",
): GradientCase {
  const names = shapes.map((_, i) => String.fromCharCode(97 + i));
  return {
    name: `${shapes.map((shape) => `[${shape.join()}]`).join(" ")} ${JSON.stringify(attributes)}`,
    inputs: (random, size) =>
      Object.fromEntries(names.map((name, i) => [name, draw(random, sized(shapes[i] ?? [], size))])),
    build: (g, inputs) =>
      g.op(
        opType,
        names.map((name) => inputs[name] ?? ""),
        attributes,
        { domain },
      ),
  };
}

/** y = op(x), for a matrix and a scalar. */
export const unary = (opType: string, draw = spread): readonly GradientCase[] => [
  apply(opType, [["s", 3]], {}, draw),
  apply(opType, [[]], {}, draw),
];

/** y = op(x, constants…): the further inputs are int64 constants, as shapes, axes and indices mostly are. */
export function withConstants(
  opType: string,
  shape: readonly Dim[],
  constants: readonly (readonly number[] | number | undefined)[],
  attributes: Readonly<Record<string, AttributeLike>> = {},
  outputs = 1,
): GradientCase {
  return {
    name: `[${shape.join()}] ${JSON.stringify(constants)} ${JSON.stringify(attributes)}`,
    inputs: (random, size) => ({ x: random.normal(sized(shape, size)) }),
    build: (g, { x = "" }) =>
      g.ops(
        opType,
        [x, ...constants.map((values) => (values === undefined ? "" : constant(g, values)))],
        attributes,
        {
          outputs,
        },
      ),
  };
}

/** An int64 constant; a number gives a scalar. */
export function constant(g: GraphBuilder, values: readonly number[] | number): Value {
  const array = typeof values === "number" ? [values] : values;
  return g.initializer({
    dtype: "int64",
    shape: typeof values === "number" ? [] : [array.length],
    data: BigInt64Array.from(array, BigInt),
  });
}
