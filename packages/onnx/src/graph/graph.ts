/** @file An ONNX graph as plain, immutable data. Values are names; passes are functions from graph to graph. */
import type { DType, HostTensor } from "@incipit/core";

/** The name of a value: a graph input, an initializer, or a node's output. `""` stands for an absent optional input. */
export type Value = string;

/** A dimension: a size, a symbol such as `batch`, or unknown. */
export type Dimension = number | string | undefined;

/** A graph input. An undefined shape means that not even the rank is known. */
export interface ValueInfo {
  readonly name: Value;
  readonly dtype: DType;
  readonly shape?: readonly Dimension[] | undefined;
}

/** A graph output. Its dtype and shape may be left for the engine to find out. */
export interface OutputInfo {
  readonly name: Value;
  readonly dtype?: DType | undefined;
  readonly shape?: readonly Dimension[] | undefined;
}

/** Dimensions of a value: numbers where they are constant, symbols where they vary; equal symbols are equal sizes. */
export type Shape = readonly (number | string)[];

/** A value of which all is known: its dtype and its shape. */
export interface ShapedValue {
  readonly name: Value;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What is known of a graph's values. */
export type Shapes = ReadonlyMap<Value, ShapedValue>;

/** The kinds of attributes and what each holds. */
export interface AttributeValues {
  int: number;
  float: number;
  string: string;
  tensor: HostTensor;
  graph: Graph;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensors: readonly HostTensor[];
  graphs: readonly Graph[];
}

/** An attribute of a node: its kind and its value. */
export type Attribute = {
  [K in keyof AttributeValues]: { readonly type: K; readonly value: AttributeValues[K] };
}[keyof AttributeValues];

/** A node's attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator applied to values. */
export interface Node {
  /** May be empty; messages then use the first output's name. */
  readonly name: string;
  readonly opType: string;
  /** `""` is ONNX's own operator set. */
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** The module of the original program that made the node, where its exporter notes that, e.g. `model.embed_tokens`. */
  readonly module?: string;
}

/** An ONNX graph. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly OutputInfo[];
  /** In topological order: a node comes after those that make its inputs. */
  readonly nodes: readonly Node[];
  /** Constants by name: the weights. */
  readonly initializers: ReadonlyMap<Value, HostTensor>;
  /** Version of each operator set, by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tensors by the names of their values. */
export type ValueTensors = Readonly<Record<Value, HostTensor>>;

/** Runs a graph: by ONNX Runtime, or by a reference evaluator in tests. Returns the graph's outputs. */
export interface Evaluate {
  (graph: Graph, feeds: ValueTensors): Promise<ValueTensors>;
  /** Runs it on several feeds, for the price of loading it once. */
  readonly each?: (graph: Graph, feeds: readonly ValueTensors[]) => Promise<readonly ValueTensors[]>;
}
