/** @file Weights of the model itself that are trained too: they become inputs of its graph. */
import {
  ConfigError,
  GraphError,
  type DType,
  type HostTensor,
  type ParameterSpec,
  type Parameters,
} from "@incipit/core";
import {
  DATA_TYPE,
  namesIn,
  renameUses,
  uniqueNames,
  type Attributes,
  type Graph,
  type Node,
  type Value,
} from "@incipit/onnx";
import { equalTensors, toFloat32 } from "@incipit/tensor";
import { modelWeights, type ModelWeight } from "./weight-names.js";

/** A graph that takes some of its weights as float32 inputs, named and shaped as in PyTorch, and what these are. */
export interface ExposedWeights {
  readonly graph: Graph;
  readonly parameters: readonly ParameterSpec[];
}

const FLOATS: ReadonlySet<DType> = new Set<DType>(["float32", "float64", "float16", "bfloat16"]);

/**
 * Takes the weights of some modules out of the graph.
 * @param modules ends of modules' names, as in PEFT's `modules_to_save`: `classifier` stands for `classifier.weight` and
 * `classifier.bias`; or whole names of weights
 * @throws {ConfigError} when there is no such module
 * @throws {GraphError} when one of its weights is quantized, or one of several of the same name
 */
export function exposeModules(graph: Graph, modules: readonly string[]): ExposedWeights {
  if (modules.length === 0) return { graph, parameters: [] };
  const all = modelWeights(graph);
  for (const module of modules) if (!all.some(({ name }) => isOf(module, name))) throw unknown(module, all);
  const chosen = all.filter(({ name }) => modules.some((module) => isOf(module, name)));
  return expose(graph, chosen);
}

/** The graph with other values of its weights, by name; weights that it does not have are passed over. */
export function replaceWeights(graph: Graph, weights: Parameters): Graph {
  const chosen = modelWeights(graph).filter(({ name }) => Object.hasOwn(weights, name));
  const exposed = expose(graph, chosen);
  const names = new Set(chosen.map(({ name }) => name));
  return {
    ...exposed.graph,
    inputs: exposed.graph.inputs.filter(({ name }) => !names.has(name)),
    initializers: new Map([
      ...exposed.graph.initializers,
      ...Object.entries(weights).filter(([name]) => names.has(name)),
    ]),
  };
}

/** Whether a module, or its only weight, is meant by what the end of a module's name is. */
function isOf(module: string, weight: string): boolean {
  return weight === module || modulesOf(weight).some((name) => name.endsWith(module));
}

/** The modules that a weight is in, from the outermost: `bert`, `bert.pooler`, `bert.pooler.dense`; TensorFlow writes slashes. */
function modulesOf(weight: string): readonly string[] {
  return Array.from(weight.matchAll(/[./]/g), ({ index }) => weight.slice(0, index));
}

function expose(graph: Graph, weights: readonly ModelWeight[]): ExposedWeights {
  const names = namesIn(graph);
  const fresh = uniqueNames(new Set([...names, ...weights.map(({ name }) => name)]));
  const exposed = new Map<string, ModelWeight>();
  const replacements = new Map<Value, Value>();
  const conversions: Node[] = [];
  for (const weight of weights) {
    const { name, initializer } = weight;
    if (!FLOATS.has(weight.tensor.dtype)) throw quantized(weight);
    const other = exposed.get(name);
    if (other === undefined ? name !== initializer && names.has(name) : !sameValues(other, weight)) {
      throw new GraphError(
        `The model has several weights called "${name}"; they cannot be told apart to be trained.`,
      );
    }
    exposed.set(name, weight);
    const steps = conversionsTo(weight);
    const last = steps.reduce((input, [opType, attributes]) => {
      const output = fresh(`${name}:${opType}`);
      conversions.push({ name: output, opType, domain: "", inputs: [input], outputs: [output], attributes });
      return output;
    }, name);
    replacements.set(initializer, last);
  }
  const rename = (value: Value) => replacements.get(value) ?? value;
  return {
    graph: {
      ...graph,
      inputs: [
        ...graph.inputs,
        ...Array.from(exposed.values(), (weight) => ({
          name: weight.name,
          dtype: "float32" as const,
          shape: shapeInPyTorch(weight),
        })),
      ],
      initializers: new Map(Array.from(graph.initializers).filter(([name]) => !replacements.has(name))),
      nodes: [...conversions, ...graph.nodes.map((node) => renameUses(node, rename))],
    },
    parameters: Array.from(exposed.values(), specOf),
  };
}

function specOf(weight: ModelWeight): ParameterSpec {
  return {
    name: weight.name,
    shape: shapeInPyTorch(weight),
    group: "model",
    learningRateScale: 1,
    initialize() {
      const value = inPyTorch(weight);
      return { ...value, data: value.data.slice() };
    },
  };
}

function sameValues(first: ModelWeight, second: ModelWeight): boolean {
  return equalTensors(inPyTorch(first), inPyTorch(second));
}

/** What makes a weight as the graph has it of one as PyTorch has it, in float32. */
function conversionsTo({
  transposed,
  tensor: { dtype },
}: ModelWeight): readonly (readonly [string, Attributes])[] {
  return [
    ...(transposed ? [["Transpose", { perm: { type: "ints", value: [1, 0] } }] as const] : []),
    ...(dtype === "float32" ? [] : [["Cast", { to: { type: "int", value: DATA_TYPE[dtype] } }] as const]),
  ];
}

function inPyTorch(weight: ModelWeight): HostTensor<"float32"> {
  const value = toFloat32(weight.tensor);
  const [rows = 1, columns = 1] = value.shape;
  if (!weight.transposed) return value;
  const { data } = value;
  const transposed = Float32Array.from(
    data,
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? 0,
  );
  return { dtype: "float32", shape: shapeInPyTorch(weight), data: transposed };
}

function shapeInPyTorch({ tensor: { shape }, transposed }: ModelWeight): readonly number[] {
  return transposed ? shape.toReversed() : shape;
}

function quantized({ name, tensor }: ModelWeight): GraphError {
  return new GraphError(
    `The weight "${name}" is ${tensor.dtype}: a quantized weight cannot be trained. Use a file of the model in which it is not.`,
    { details: { weight: name } },
  );
}

function unknown(module: string, weights: readonly ModelWeight[]): ConfigError {
  const modules = [...new Set(weights.flatMap(({ name }) => modulesOf(name)))];
  const last = module.split(/[./]/).at(-1)?.toLowerCase() ?? "";
  const near = modules.filter((name) => {
    const end = name.split(/[./]/).at(-1)?.toLowerCase() ?? "";
    return end.includes(last) || last.includes(end);
  });
  // Heads come last.
  const shown = (near.length > 0 ? near : modules).slice(-12);
  return new ConfigError(
    `The model has no module "${module}" whose weights could be trained; it has ` +
      (shown.length === 0
        ? "none with a name."
        : `${shown.join(", ")}${modules.length > shown.length ? " and others" : ""}.`),
    { details: { module } },
  );
}
