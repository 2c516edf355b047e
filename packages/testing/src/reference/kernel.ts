import { GraphError, UnsupportedOperatorError } from "@incipit/core";
import { describeNode, type Graph, type Node } from "@incipit/onnx";
import type { Tensor } from "./tensor.js";

/** A node about to be evaluated. */
export interface Call {
  readonly node: Node;
  /** The inputs in order; an absent optional input is undefined. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Evaluates a subgraph, which sees all values around it, and gives its outputs in order. */
  readonly evaluate: (subgraph: Graph) => readonly Tensor[];
}

/** What an operator computes: its outputs in order. More outputs than the node names may be given. */
export type Kernel = (call: Call) => Tensor | readonly Tensor[];

/** Kernels by operator, those outside ONNX's own operator set with their domain in front: `com.microsoft.BiasGelu`. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** An input that must be there. @throws {GraphError} when it is not */
export function input(call: Call, position: number): Tensor {
  const tensor = call.inputs[position];
  if (tensor === undefined) throw new GraphError(`input ${position} is missing`);
  return tensor;
}

/** All inputs of an operator that takes any number of them. */
export function allInputs(call: Call): readonly Tensor[] {
  return call.inputs.map((_, position) => input(call, position));
}

/** The error for a case that a kernel leaves out. */
export function unsupported({ node }: Call, what: string): UnsupportedOperatorError {
  return new UnsupportedOperatorError(`${describeNode(node)}: the reference evaluator does not do ${what}`);
}
