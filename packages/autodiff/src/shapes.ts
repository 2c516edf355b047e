/** @file Shapes by probing: run the graph at a few batch and sequence sizes and read off which dimensions vary. */
import { GraphError, type HostTensor, type NamedTensors } from "@incipit/core";
import {
  type Dimension,
  type Evaluate,
  type Graph,
  GraphBuilder,
  type Shape,
  type ShapedValue,
  type Shapes,
  type Value,
  type ValueInfo,
  type ValueTensors,
} from "@incipit/onnx";

/**
 * The dtype and shape of every value in `values`.
 *
 * A dimension that has the same size in every probe is constant; others get a symbol made of the observed sizes, so
 * that dimensions which vary together are known to be equal. Choose sizes that differ from each other, from one, and
 * from the model's own, as `probeFeeds` does.
 * @param options.probes graph inputs, at least two sets of different batch and sequence sizes
 * @throws {GraphError} when an input among `values` is not fed, or the rank of a value varies
 */
export async function probeShapes(
  graph: Graph,
  options: {
    readonly evaluate: Evaluate;
    readonly probes: readonly NamedTensors[];
    readonly values: readonly Value[];
  },
): Promise<Shapes> {
  const { evaluate, probes, values } = options;
  const given = new Set([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()]);
  const computed = values.filter((value) => !given.has(value));
  const described = describing(graph, computed);
  const results = computed.length > 0 ? await evaluateEach(evaluate, described.graph, probes) : [];
  const runs = probes.map((feeds, i) => ({ ...feeds, ...described.read(results[i] ?? {}) }));

  const shapes = new Map<Value, ShapedValue>();
  for (const value of values) {
    const weight = graph.initializers.get(value);
    const seen = weight === undefined ? runs.map((run) => run[value]) : [weight];
    const tensors = seen.filter((tensor) => tensor !== undefined);
    const [first] = tensors;
    if (first === undefined || tensors.length < seen.length) {
      throw new GraphError(
        `Probing the graph gave no value for "${value}". Feed every graph input in every probe.`,
      );
    }
    if (tensors.some((tensor) => tensor.shape.length !== first.shape.length)) {
      throw new GraphError(
        `The rank of "${value}" depends on the batch or sequence size; it must be constant.`,
      );
    }
    const shape = first.shape.map((_, axis) => dimension(tensors.map((tensor) => tensor.shape[axis] ?? 1)));
    shapes.set(value, { name: value, dtype: first.dtype, shape });
  }
  return shapes;
}

/** What is to be known of a tensor. */
type TensorInfo = Pick<HostTensor, "dtype" | "shape">;

/** A graph that gives out what values are like instead of the values, which would all have to be kept until its end. */
function describing(graph: Graph, values: readonly Value[]) {
  const g = new GraphBuilder(graph);
  g.clearOutputs();
  const zero = g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(0) }, "probe/zero");
  const given = (made: Value) => g.output(made, made);
  const described = values.map((value) => ({
    value,
    shape: given(g.op("Shape", [value])),
    // Of the value's dtype.
    sample: given(g.op("CastLike", [zero, value])),
  }));
  return {
    graph: g.build(),
    read: (results: ValueTensors): Readonly<Record<Value, TensorInfo>> =>
      Object.fromEntries(
        described.flatMap(({ value, ...names }) => {
          const [shape, sample] = [results[names.shape], results[names.sample]];
          if (shape === undefined || sample === undefined) return [];
          return [[value, { dtype: sample.dtype, shape: Array.from(shape.data, Number) }]];
        }),
      ),
  };
}

async function evaluateEach(evaluate: Evaluate, graph: Graph, probes: readonly NamedTensors[]) {
  if (evaluate.each !== undefined) return evaluate.each(graph, probes);
  const results: ValueTensors[] = [];
  for (const feeds of probes) results.push(await evaluate(graph, feeds));
  return results;
}

function dimension(sizes: readonly number[]): number | string {
  const [first = 1] = sizes;
  return sizes.every((size) => size === first) ? first : `size(${sizes.join(",")})`;
}

/** The sizes that a dimension had in the probes: one, where it is constant. */
export function observedSizes(dim: number | string | undefined): readonly number[] {
  if (typeof dim === "number") return [dim];
  return Array.from(dim?.matchAll(/\d+/g) ?? [], ([digits]) => Number(digits));
}

/**
 * Graph inputs for probing: symbols of the inputs' shapes become small primes, or what `multiples` says times these; all
 * entries are what `fill` says (1).
 * @throws {GraphError} when an input's rank is unknown, or its dtype another than float32, float64, int32, int64 or bool
 */
export function probeFeeds(
  graph: Graph,
  fill: (input: ValueInfo) => number = () => 1,
  multiples: Readonly<Record<string, number>> = {},
): readonly NamedTensors[] {
  const symbols = new Map<Dimension, number>();
  // The third tells a number of blocks, of eight tokens say, from a constant.
  const sizes = [
    [2, 3, 5, 7],
    [3, 5, 7, 11],
    [2, 17, 19, 23],
  ];
  return sizes.map((primes) =>
    Object.fromEntries(
      graph.inputs.map((input) => {
        if (input.shape === undefined) {
          throw new GraphError(`Graph input "${input.name}" has no shape; give the probes yourself.`);
        }
        const shape = input.shape.map((dim) => {
          if (typeof dim === "number") return dim;
          if (!symbols.has(dim)) symbols.set(dim, symbols.size);
          const prime = primes[(symbols.get(dim) ?? 0) % primes.length] ?? 2;
          return prime * (multiples[dim ?? ""] ?? 1);
        });
        return [input.name, filled(input, shape, fill(input))];
      }),
    ),
  );
}

function filled(input: ValueInfo, shape: readonly number[], fill: number): HostTensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  switch (input.dtype) {
    case "float32":
      return { dtype: "float32", shape, data: new Float32Array(size).fill(fill) };
    case "float64":
      return { dtype: "float64", shape, data: new Float64Array(size).fill(fill) };
    case "int64":
      return { dtype: "int64", shape, data: new BigInt64Array(size).fill(BigInt(fill)) };
    case "int32":
      return { dtype: "int32", shape, data: new Int32Array(size).fill(fill) };
    case "bool":
      return { dtype: "bool", shape, data: new Uint8Array(size).fill(fill) };
    default:
      throw new GraphError(`Graph input "${input.name}" is ${input.dtype}; give the probes yourself.`);
  }
}

/** What was probed of a value. @throws {GraphError} when it was not */
export function infoIn(shapes: Shapes, value: Value): ShapedValue {
  const info = shapes.get(value);
  if (info === undefined) throw new GraphError(`The shape of "${value}" is not known; probe it first.`);
  return info;
}

/** The shape of a value that a rule needs. @throws {GraphError} when it was not probed */
export function shapeIn(shapes: Shapes, value: Value): Shape {
  return infoIn(shapes, value).shape;
}
