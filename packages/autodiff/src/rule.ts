import type { DType, HostTensor, Ops } from "@incipit/core";
import type { GraphBuilder, Node, Value, Shape } from "@incipit/onnx";

/** What is known of a node, and what one builds with in its place or for its gradient. */
export interface NodeContext {
  readonly node: Node;
  /** The graph under construction; new nodes go here. */
  readonly g: GraphBuilder;
  readonly ops: Ops<Value>;
  /** The node's `i`-th input. @throws {GraphError} when the node does not have it */
  input(i: number): Value;
  /** Element type of a value of the given graph. @throws {GraphError} when it is not known */
  dtype(value: Value): DType;
  /** Dimensions of a value of the given graph. @throws {GraphError} when they are not known */
  shape(value: Value): Shape;
  /** The tensor behind a value, where it is an initializer. */
  constant(value: Value): HostTensor | undefined;
  /** A scalar of the same float type as `like`, a value of the given graph. */
  scalar(value: number, like: Value): Value;
  /** The shape of a value of the given graph as an int64 vector: a constant where it is known, else computed. */
  shapeOf(value: Value): Value;
}

/** What a rule sees of the node it differentiates, and what it builds with. The given graph is the forward one. */
export interface RuleContext extends NodeContext {
  /** For each input of the node, whether its cotangent is asked for. Others may be left undefined. */
  readonly needs: readonly boolean[];
  /** The node's `i`-th output. One that the node leaves out (a saved statistic, say) is asked for from now on. */
  output(i: number): Value;
  /** Zeros of the shape and type of a forward value. */
  zerosLike(value: Value): Value;
  /** `x`, whose shape is `from`, reshaped to the shape of the forward value `like`. */
  reshapeLike(x: Value, from: Shape, like: Value): Value;
  /** The transpose of broadcasting: sum `x` over the axes along which `to` was repeated to become `from`. */
  sumTo(x: Value, from: Shape, to: Shape): Value;
}

/** Cotangents of a node's inputs, in their order; one that is not needed may be left undefined. */
export type InputCotangents = readonly (Value | undefined)[];

/**
 * The vector-Jacobian product of one operator: from the cotangent of its first output (and of the others, where the
 * loss depends on them) to the cotangents of its inputs.
 */
export type Vjp = (
  context: RuleContext,
  cotangent: Value,
  others: readonly (Value | undefined)[],
) => InputCotangents;

/** How an operator is differentiated. */
export interface Rule {
  readonly vjp: Vjp;
  /**
   * The operator broadcasts its inputs against each other: the rule returns cotangents of the output's shape and the
   * engine sums them to the inputs' shapes.
   */
  readonly broadcasts?: boolean;
  /** Inputs in which the operator's derivative is zero: only their type counts, say, or they are rounded. */
  readonly zeroIn?: readonly number[];
  /** The rule looks at the cotangents of all outputs. Without this, an output other than the first must not matter. */
  readonly everyOutput?: boolean;
}

/** Rules by operator name, outside ONNX's own operators with the domain in front (`com.microsoft.BiasGelu`). `"zero"` declares a derivative that is zero wherever it exists (`Floor`, `Sign`…). */
export type RuleTable = Readonly<Record<string, Rule | "zero">>;
