import type { DType } from "@incipit/core";
import type { Graph, Value } from "@incipit/onnx";

/** A dimension: a number where it is constant, a symbol where it varies; equal symbols are equal sizes. */
export type Shape = readonly (number | string)[];

/** What is known of a value. */
export interface ShapedValue {
  readonly name: Value;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A graph, and what is known of its values: dtypes and shapes, as probing finds them. */
export interface ShapedGraph {
  readonly graph: Graph;
  readonly shapes: ReadonlyMap<Value, ShapedValue>;
}

/** A change of a graph that leaves what its outputs compute as it is, to rounding. */
export type Pass = (shaped: ShapedGraph) => ShapedGraph;

/** Several passes as one. */
export function sequence(passes: readonly Pass[]): Pass {
  return (shaped) => passes.reduce((current, pass) => pass(current), shaped);
}
