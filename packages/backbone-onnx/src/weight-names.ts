/** @file The model's own weights, by their names in the program that it was exported from. */
import type { HostTensor } from "@incipit/core";
import { intAttribute, type Graph, type Node, type Value } from "@incipit/onnx";
import { DECODER_PREFIX } from "./encoder-decoder.js";

/** A weight of a model. */
export interface ModelWeight {
  /** As PyTorch calls it, e.g. `bert.pooler.dense.weight`. */
  readonly name: string;
  readonly initializer: Value;
  readonly tensor: HostTensor;
  /** Exporters turn a linear layer's weight `[out, in]` into what a MatMul takes, `[in, out]`, and forget its name. */
  readonly transposed: boolean;
}

interface Name {
  /** Which of the files that were joined to the graph the weight comes from. */
  readonly file: string;
  readonly name: string;
  readonly transposed: boolean;
}

/**
 * All weights of a graph that have a name: their own, or else that of the linear layer whose node they are read by, which
 * PyTorch's exporters note in one way or the other. The name of a program around the model, `model.`, is left out where
 * everything has it.
 */
export function modelWeights(graph: Graph): readonly ModelWeight[] {
  const linear = linearWeights(graph);
  const named = Array.from(graph.initializers, ([initializer, tensor]) => {
    // Wider integers are sizes and indices.
    if (!/float|int[48]$/.test(tensor.dtype)) return [];
    const own = ownName(initializer);
    const found = own?.name.includes(".") ? own : (linear.get(initializer) ?? own);
    return found === undefined ? [] : [{ initializer, tensor, ...found }];
  }).flat();
  const wrapped = wrappedFiles(graph, named);
  return named.map(({ file, name, ...weight }) => ({
    ...weight,
    name: wrapped.has(file) ? name.slice(WRAPPER.length) : name,
  }));
}

const WRAPPER = "model.";

/** The files in which everything is part of one module `model`: that of a program around the model itself. */
function wrappedFiles(graph: Graph, weights: readonly Name[]): ReadonlySet<string> {
  const modules = graph.nodes.flatMap((node) => moduleOf(node) ?? []);
  const files = new Map<string, boolean>();
  for (const { file, name } of [...weights.filter(({ name }) => name.includes(".")), ...modules]) {
    if (name !== "") files.set(file, (files.get(file) ?? true) && `${name}.`.startsWith(WRAPPER));
  }
  return new Set([...files].filter(([, wrapped]) => wrapped).map(([file]) => file));
}

/** The name that an initializer bears, unless it is one that an exporter made up, as `onnx::MatMul_12`. */
function ownName(initializer: Value): Name | undefined {
  const { file, name } = located(initializer);
  return /^\w[\w./]*$/.test(name) ? { file, name, transposed: false } : undefined;
}

/** The weights and biases that linear layers read, by initializer. */
function linearWeights(graph: Graph): ReadonlyMap<Value, Name> {
  const names = new Map<Value, Name>();
  for (const node of graph.nodes) {
    const module = moduleOf(node);
    if (module === undefined || module.name === "") continue;
    for (const [value, parameter, transposed] of linearOperands(node)) {
      const name = { file: module.file, name: `${module.name}.${parameter}`, transposed };
      if (graph.initializers.has(value) && !names.has(value)) names.set(value, name);
    }
  }
  return names;
}

function linearOperands({ opType, inputs, ...node }: Node): readonly (readonly [Value, string, boolean])[] {
  const [, weight = "", bias = ""] = inputs;
  if (opType === "MatMul") return [[weight, "weight", true]];
  if (opType !== "Gemm") return [];
  const stored = intAttribute({ opType, inputs, ...node }, "transB", 0) === 1;
  return [
    [weight, "weight", !stored],
    [bias, "bias", false],
  ];
}

/** The module of the original program that a node comes from, e.g. `classifier` of `/classifier/MatMul`; `""` is all of it. */
function moduleOf({ module, name }: Node): Pick<Name, "file" | "name"> | undefined {
  const { file, name: path } = located(name);
  if (module !== undefined) return { file, name: module };
  return path.startsWith("/") ? { file, name: path.split("/").slice(1, -1).join(".") } : undefined;
}

function located(name: string): Pick<Name, "file" | "name"> {
  const file = name.startsWith(DECODER_PREFIX) ? DECODER_PREFIX : "";
  return { file, name: name.slice(file.length) };
}
