import { GraphError, type HostTensor, type NamedTensors } from "@incipit/core";
import type { Graph, Value } from "@incipit/onnx";
import { evaluateFloat64 } from "../reference/evaluate.js";

/**
 * d loss / d input by central differences in float64, `(f(x + h) − f(x − h)) / 2h` entry by entry with
 * `h = 1e-6 · max(1, |x|)`: two evaluations of the graph per entry, so keep the tensors small. At a kink (of `Relu`,
 * `Max`…) this is the mean of the two slopes.
 * @param options.loss a graph output with one element
 * @param options.wrt float graph inputs, each in `feeds` or with an initializer as default
 * @returns one gradient per name in `wrt`, of the input's shape
 * @throws {GraphError} when `loss` or an input is not as described
 */
export function finiteDifferences(
  graph: Graph,
  options: { readonly loss: Value; readonly wrt: readonly Value[]; readonly feeds: NamedTensors },
): Record<Value, HostTensor<"float64">> {
  const { loss, wrt, feeds } = options;
  const output = graph.outputs.find(({ name }) => name === loss);
  if (output === undefined) throw new GraphError(`Finite differences: the graph has no output "${loss}".`);
  const toLoss: Graph = { ...graph, outputs: [output] };
  const lossAt = (point: NamedTensors): number => {
    const value = evaluateFloat64(toLoss, point)[loss];
    if (value?.data.length !== 1) {
      throw new GraphError(
        `Finite differences: "${loss}" must have one element, it has [${value?.shape.join()}].`,
      );
    }
    return Number(value.data[0]);
  };
  return Object.fromEntries(
    wrt.map((name) => {
      if (!graph.inputs.some((input) => input.name === name)) {
        throw new GraphError(`Finite differences: the graph has no input "${name}".`);
      }
      const x = float64Of(name, feeds[name] ?? graph.initializers.get(name));
      const slope = (entry: number, i: number): number => {
        const step = 1e-6 * Math.max(1, Math.abs(entry));
        const lossWith = (value: number) =>
          lossAt({ ...feeds, [name]: { ...x, data: x.data.with(i, value) } });
        return (lossWith(entry + step) - lossWith(entry - step)) / (2 * step);
      };
      return [name, { ...x, data: x.data.map(slope) }];
    }),
  );
}

function float64Of(name: Value, tensor: HostTensor | undefined): HostTensor<"float64"> {
  if (tensor?.dtype !== "float32" && tensor?.dtype !== "float64") {
    throw new GraphError(
      `Finite differences: "${name}" must be a float32 or float64 tensor in the feeds, it is ${tensor?.dtype ?? "absent"}.`,
    );
  }
  return { dtype: "float64", shape: tensor.shape, data: Float64Array.from(tensor.data) };
}
