/** @file What a graph computes of a prefix with no text behind it. */
import { RuntimeError, type HostTensor } from "@incipit/core";
import {
  extractSubgraph,
  namesIn,
  renameUses,
  uniqueNames,
  usesOf,
  type Evaluate,
  type Graph,
  type Node,
  type Shapes,
  type Value,
  type ValueInfo,
  type ValueTensors,
} from "@incipit/onnx";
import { initializers as random, seededRandom, tensor } from "@incipit/tensor";

/** A part of a graph once more, under other names, on one example without text: of its sequence only the prefix is left. */
export interface PrefixAlone {
  readonly nodes: readonly Node[];
  /** What depends on no parameter is constant there. */
  readonly initializers: ReadonlyMap<Value, HostTensor>;
  readonly shapes: Shapes;
  /** What stands there for a value of the graph. */
  of(value: Value): Value;
  /** Parameters to try it with. */
  readonly parameters: ValueTensors;
  /** What it computes from these. */
  readonly results: ValueTensors;
}

/** What is wanted of the prefix by itself. */
export interface PrefixAloneOptions {
  readonly prefix: { readonly texts: readonly Value[] };
  readonly values: readonly Value[];
  readonly evaluate: Evaluate;
}

/**
 * What computes these values of the prefix by itself. It reads the graph's own weights.
 * @returns undefined where the values depend on other inputs than texts and parameters, or the model does not run without text
 */
export async function prefixAlone(
  graph: Graph,
  { prefix: { texts }, values, evaluate }: PrefixAloneOptions,
): Promise<PrefixAlone | undefined> {
  const part = extractSubgraph(graph, values);
  const inputs = part.inputs.filter(({ name }) => !texts.includes(name));
  const parameters = randomParameters(inputs);
  if (parameters === undefined) return undefined;

  const { varying, fixed } = dependencies(part, Object.keys(parameters), texts);
  const unique = uniqueNames(namesIn(graph));
  const names = new Map(
    [...varying.outputs, ...fixed.outputs].map((name) => [name, unique(`prefix/${name}`)]),
  );
  const empty = part.inputs.filter(({ name }) => texts.includes(name));
  for (const { name } of empty) names.set(name, unique(`prefix/${name}`));
  const of = (value: Value) => names.get(value) ?? value;
  const copied = new Map(
    [...varying.nodes, ...fixed.nodes].map((node) => [
      node,
      { ...renameUses(node, of), name: unique(`prefix/${node.name}`), outputs: node.outputs.map(of) },
    ]),
  );
  const alone: Graph = {
    ...part,
    inputs,
    outputs: [...varying.outputs, ...fixed.outputs].map((name) => ({ name: of(name) })),
    nodes: part.nodes.map((node) => copied.get(node) ?? node),
    initializers: new Map([
      ...part.initializers,
      ...empty.map(({ name, dtype }) => [of(name), tensor(dtype, [1, 0], [])] as const),
    ]),
  };
  const results = await tryTo(() => evaluate(alone, parameters));
  if (results === undefined) return undefined;
  const made = Object.entries(results);
  const constant = new Set(fixed.outputs.map(of));
  const isEmpty = (value: Value) => constant.has(value) && results[value]?.shape.includes(0) === true;
  return {
    nodes: varying.nodes.map((original) => {
      const node = copied.get(original) ?? original;
      return node.opType === "Concat"
        ? { ...node, inputs: node.inputs.filter((input) => !isEmpty(input)) }
        : node;
    }),
    initializers: new Map(made.filter(([name]) => constant.has(name))),
    shapes: new Map(made.map(([name, { dtype, shape }]) => [name, { name, dtype, shape }])),
    of,
    parameters,
    results,
  };
}

/** Values for these inputs; undefined where one has a size that examples decide, and so is no parameter. */
function randomParameters(inputs: readonly ValueInfo[]): ValueTensors | undefined {
  const generator = seededRandom(0);
  const entries = inputs.map(({ name, dtype, shape = [undefined] }) => {
    const sizes = shape.filter((dim) => typeof dim === "number");
    return dtype === "float32" && sizes.length === shape.length
      ? ([name, random.normal()(generator, sizes)] as const)
      : undefined;
  });
  const known = entries.filter((entry) => entry !== undefined);
  return known.length === entries.length ? Object.fromEntries(known) : undefined;
}

interface Computed {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** What depends on the parameters, and what besides on the texts, or on sizes alone; of the rest a second copy would be the same. */
function dependencies(
  { nodes }: Graph,
  parameters: readonly Value[],
  texts: readonly Value[],
): { readonly varying: Computed; readonly fixed: Computed } {
  const [varying, fixed] = [new Set(parameters), new Set(texts)];
  const sort = (node: Node): "varying" | "fixed" | "neither" => {
    const uses = usesOf(node);
    const varies = uses.some((use) => varying.has(use));
    const kind =
      varies && node.opType !== "Shape"
        ? "varying"
        : varies || uses.some((use) => fixed.has(use))
          ? "fixed"
          : "neither";
    const reached = { varying, fixed, neither: new Set<Value>() }[kind];
    for (const output of node.outputs) if (output !== "") reached.add(output);
    return kind;
  };
  const sorted = nodes.map((node) => ({ node, kind: sort(node) }));
  const of = (wanted: "varying" | "fixed"): Computed => {
    const found = sorted.filter(({ kind }) => kind === wanted).map(({ node }) => node);
    return {
      nodes: found,
      outputs: found.flatMap(({ outputs }) => outputs.filter((output) => output !== "")),
    };
  };
  return { varying: of("varying"), fixed: of("fixed") };
}

/** Undefined where ONNX Runtime cannot run a model: some do not without text. */
async function tryTo<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RuntimeError) return undefined;
    throw error;
  }
}
