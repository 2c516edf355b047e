import { GraphError, type DType, type HostTensor } from "@incipit/core";
import { toAttributes, type AttributeLike } from "../graph/attributes.js";
import { renameUses, uniqueNames } from "../graph/edit.js";
import type { Dimension, Graph, Node, OutputInfo, Value, ValueInfo } from "../graph/graph.js";
import { describeNode, namesIn, sortTopologically } from "../graph/query.js";

/** The operator set that graphs are built for and models are upgraded to. */
export const OPSET = 18;

/** What an operator may be given besides inputs and attributes. */
export interface OpOptions {
  /** Number of outputs, or their names, `""` for one that is left out; one by default. */
  readonly outputs?: number | readonly Value[];
  readonly domain?: string;
  /** The node's name; made from the operator's by default. */
  readonly name?: string;
}

/**
 * A graph under construction: from nothing, or on top of an existing graph. The one mutable thing in this package;
 * `build` gives the finished, immutable graph.
 *
 * @example
 * const g = new GraphBuilder();
 * const x = g.input("x", "float32", ["batch", 3]);
 * g.output(g.op("Relu", [x]), "y", "float32", ["batch", 3]);
 * const graph = g.build();
 */
export class GraphBuilder {
  private readonly names: Set<Value>;
  private readonly fresh: (hint: string) => Value;
  private readonly inputs: ValueInfo[];
  private readonly outputs: OutputInfo[];
  private nodes: Node[];
  private readonly initializers: Map<Value, HostTensor>;
  private readonly opsets: Record<string, number>;
  private readonly metadata: Readonly<Record<string, string>>;
  private readonly name: string;
  private readonly scopes: string[] = [];

  constructor(graph?: Graph) {
    this.name = graph?.name ?? "incipit";
    this.names = graph === undefined ? new Set() : namesIn(graph);
    this.fresh = uniqueNames(this.names);
    this.inputs = [...(graph?.inputs ?? [])];
    this.outputs = [...(graph?.outputs ?? [])];
    this.nodes = [...(graph?.nodes ?? [])];
    this.initializers = new Map(graph?.initializers);
    this.opsets = { ...(graph?.opsets ?? { "": OPSET }) };
    this.metadata = graph?.metadata ?? {};
  }

  /** The version of ONNX's own operator set. */
  get opset(): number {
    return this.opsets[""] ?? OPSET;
  }

  /** Give every name made inside `build` a prefix, so that a reader sees what belongs together. */
  scope<R>(prefix: string, build: () => R): R {
    this.scopes.push(prefix);
    try {
      return build();
    } finally {
      this.scopes.pop();
    }
  }

  /** A name like `hint` that nothing else has. */
  uniqueName(hint: string): Value {
    return this.fresh([...this.scopes, hint].join("/"));
  }

  /** Add a graph input. @throws {GraphError} when the name is taken */
  input(name: Value, dtype: DType, shape?: readonly Dimension[]): Value {
    this.claim(name);
    this.inputs.push({ name, dtype, shape });
    return name;
  }

  /** Add a constant. */
  initializer(tensor: HostTensor, hint = "constant"): Value {
    const name = this.uniqueName(hint);
    this.initializers.set(name, tensor);
    return name;
  }

  /** Apply an operator with one output. */
  op(
    opType: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, AttributeLike>> = {},
    options: Omit<OpOptions, "outputs"> = {},
  ): Value {
    return this.ops(opType, inputs, attributes, { ...options, outputs: 1 })[0] as Value;
  }

  /** Apply an operator with any number of outputs. */
  ops(
    opType: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, AttributeLike>> = {},
    options: OpOptions = {},
  ): readonly Value[] {
    const { outputs = 1, domain = "" } = options;
    const name = options.name ?? this.uniqueName(opType);
    const made =
      typeof outputs === "number"
        ? Array.from({ length: outputs }, (_, i) =>
            this.uniqueName(outputs === 1 ? `${opType}:0` : `${opType}:${i}`),
          )
        : outputs.map((output) => (output === "" ? output : this.claim(output)));
    if (domain !== "") this.opsets[domain] ??= 1;
    // Trailing absent inputs are left out, as ONNX has it.
    let arity = inputs.length;
    while (arity > 0 && inputs[arity - 1] === "") arity--;
    this.nodes.push({
      name,
      opType,
      domain,
      inputs: inputs.slice(0, arity),
      outputs: made,
      attributes: toAttributes(attributes),
    });
    return made;
  }

  /**
   * The node's `i`-th output. If the node leaves it out, as most leave LayerNormalization's statistics, it is asked for
   * from now on.
   */
  requireOutput(node: Node, i: number): Value {
    const index = this.nodes.findIndex((candidate) => candidate.outputs[0] === node.outputs[0]);
    const current = this.nodes[index];
    if (current === undefined) throw new GraphError(`${describeNode(node)} is not in the graph.`);
    const existing = current.outputs[i];
    if (existing !== undefined && existing !== "") return existing;
    const name = this.uniqueName(`${node.opType}:${i}`);
    const outputs = Array.from({ length: Math.max(current.outputs.length, i + 1) }, (_, k) =>
      k === i ? name : (current.outputs[k] ?? ""),
    );
    this.nodes[index] = { ...current, outputs };
    return name;
  }

  /** Declare `value` a graph output under its own or another name. @throws {GraphError} when the name is taken */
  output(value: Value, name: Value = value, dtype?: DType, shape?: readonly Dimension[]): Value {
    if (this.outputs.some((output) => output.name === name)) {
      throw new GraphError(`The graph already has an output "${name}".`);
    }
    if (name !== value) this.ops("Identity", [value], {}, { outputs: [name] });
    this.outputs.push({ name, dtype, shape });
    return name;
  }

  /** Forget the outputs declared so far. */
  clearOutputs(): void {
    this.outputs.length = 0;
  }

  /**
   * Put something between a value and the nodes that read it so far: `build` gets the value and gives what they read
   * instead. Nodes that `build` adds still see the original. Graph outputs keep their names.
   */
  rewire(value: Value, build: (original: Value) => Value): Value {
    const before = this.nodes.length;
    const replacement = build(value);
    const rename = (used: Value) => (used === value ? replacement : used);
    this.nodes = this.nodes.map((node, i) => (i < before ? renameUses(node, rename) : node));
    return replacement;
  }

  /**
   * Let the graph provide one of its inputs itself: the input goes, and what read it reads what `build` makes.
   * @throws {GraphError} when there is no such input
   */
  replaceInput(name: Value, build: () => Value): void {
    const index = this.inputs.findIndex((input) => input.name === name);
    if (index < 0) throw new GraphError(`The graph has no input "${name}".`);
    this.rewire(name, build);
    this.inputs.splice(index, 1);
  }

  /**
   * The finished graph, its nodes in topological order.
   * @throws {GraphError} when there is a cycle
   */
  build(): Graph {
    return {
      name: this.name,
      inputs: [...this.inputs],
      outputs: [...this.outputs],
      nodes: sortTopologically(this.nodes),
      initializers: new Map(this.initializers),
      opsets: { ...this.opsets },
      metadata: this.metadata,
    };
  }

  private claim(name: Value): Value {
    if (this.names.has(name)) throw new GraphError(`The graph already has a value named "${name}".`);
    this.names.add(name);
    return name;
  }
}
