/** @file An ONNX graph as plain, immutable data. Values are names; passes are functions from graph to graph. */
import type { DType, HostTensor } from "@incipit/core";

/** The name of a value: a graph input, an initializer, or a node's output. `""` stands for an absent optional input. */
export type Value = string;

/** A dimension: a size, a symbol such as `batch`, or unknown. */
export type Dimension = number | string | undefined;

/** A graph input or output. An undefined shape means that not even the rank is known. */
export interface ValueInfo {
  readonly name: Value;
  readonly dtype: DType;
  readonly shape?: readonly Dimension[] | undefined;
}

export type Attribute =
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "tensor"; readonly value: HostTensor }
  | { readonly type: "graph"; readonly value: Graph }
  | { readonly type: "ints"; readonly value: readonly number[] }
  | { readonly type: "floats"; readonly value: readonly number[] }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "tensors"; readonly value: readonly HostTensor[] }
  | { readonly type: "graphs"; readonly value: readonly Graph[] };

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
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** In topological order: a node comes after those that make its inputs. */
  readonly nodes: readonly Node[];
  /** Constants by name: the weights. */
  readonly initializers: ReadonlyMap<Value, HostTensor>;
  /** Version of each operator set, by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Runs a graph: by ONNX Runtime, or by a reference evaluator in tests. Returns the outputs asked for (default: all). */
export type Evaluate = (
  graph: Graph,
  feeds: Readonly<Record<Value, HostTensor>>,
) => Promise<Readonly<Record<Value, HostTensor>>>;
