import { GraphError, UnsupportedOperatorError, type DType } from "@incipit/core";
import {
  DATA_TYPE,
  describeNode,
  GraphBuilder,
  type Graph,
  type Value,
  type ValueInfo,
  type Shapes,
} from "@incipit/onnx";
import { contextFactory } from "./context.js";
import { nodesBetween, pathNodes } from "./path.js";
import { ruleOf } from "./registry.js";
import type { Rule } from "./rule.js";
import { infoIn, shapeIn } from "./shapes.js";
import { unsupported } from "./unsupported.js";

/** What to differentiate, and with respect to what. */
export interface GradientOptions {
  /** The scalar to differentiate: shape `[]` or `[1]`. */
  readonly loss: Value;
  /** Inputs, initializers or intermediate values to differentiate with respect to. */
  readonly wrt: readonly Value[];
  /** Shapes of what `valuesToProbe` lists. */
  readonly shapes: Shapes;
}

/** The name of the output that holds d loss / d `value`. */
export function gradientName(value: Value): Value {
  return `gradient:${value}`;
}

const FLOATS: ReadonlySet<DType> = new Set<DType>(["float32", "float64", "float16", "bfloat16"]);

/**
 * Reverse-mode differentiation, graph to graph: `graph` with one more output per value of `wrt`, called
 * `gradientName(value)`, of its shape and dtype.
 *
 * Only nodes through which `loss` depends on `wrt` are differentiated; nothing is built for frozen weights. Integer and
 * boolean values carry no gradient. Cotangents of a value that is used several times are added.
 * @throws {UnsupportedOperatorError} when such a node's operator has no rule
 * @throws {GraphError} when the loss does not depend on a value of `wrt`, or is no scalar
 * @see Griewank & Walther 2008, Evaluating Derivatives, section 3.2 (reverse mode)
 */
export function gradient(graph: Graph, options: GradientOptions): Graph {
  return differentiate(graph, options).graph;
}

/** `gradient`, and with it the shapes of the cotangents besides those given: each has that of the value it belongs to. */
export function differentiate(
  graph: Graph,
  { loss, wrt, shapes }: GradientOptions,
): { readonly graph: Graph; readonly shapes: Shapes } {
  const lossShape = shapeIn(shapes, loss);
  if (lossShape.some((dim) => dim !== 1)) {
    throw new GraphError(
      `The loss "${loss}" has shape [${lossShape.join(", ")}]; only a scalar can be differentiated.`,
    );
  }
  const g = new GraphBuilder(graph);
  const context = contextFactory({ g, shapes, initializers: graph.initializers });
  const isFloat = (value: Value) => FLOATS.has(shapes.get(value)?.dtype ?? "int64");
  const { nodes, carries } = pathNodes(graph, loss, wrt, isFloat);

  const cotangents = new Map<Value, Value[]>();
  const known = new Map(shapes);
  const add = (value: Value, cotangent: Value) => {
    const info = shapes.get(value);
    if (info !== undefined && !known.has(cotangent)) known.set(cotangent, { ...info, name: cotangent });
    const sum = cotangents.get(value);
    if (sum === undefined) cotangents.set(value, [cotangent]);
    else sum.push(cotangent);
  };
  const total = (value: Value): Value | undefined => {
    const [first, ...rest] = cotangents.get(value) ?? [];
    if (first === undefined || rest.length === 0) return first;
    const sum = rest.reduce((a, b) => g.op("Add", [a, b]), first);
    cotangents.set(value, [sum]);
    return sum;
  };

  return g.scope("gradient", () => {
    add(loss, seed(g, infoIn(shapes, loss)));
    for (const node of [...nodes].reverse()) {
      const outputs = node.outputs.map((output) => (output === "" ? undefined : total(output)));
      if (outputs.every((cotangent) => cotangent === undefined)) continue;
      const rule = ruleOf(node);
      if (rule === undefined) throw unsupported(node, g.opset, nodes);
      if (rule === "zero") continue;
      const needs = node.inputs.map((input, i) => carries.has(input) && rule.zeroIn?.includes(i) !== true);
      g.scope(node.name || node.opType, () => {
        applyRule(rule, context(node, needs), outputs, add);
      });
    }
    for (const value of wrt) {
      const cotangent = total(value);
      if (cotangent === undefined) {
        throw new GraphError(`The loss "${loss}" does not depend on "${value}" in a differentiable way.`);
      }
      const info = shapes.get(value);
      g.output(cotangent, gradientName(value), info?.dtype, info?.shape);
    }
    return { graph: g.build(), shapes: known };
  });
}

/** d loss / d loss: one, in the shape and type of the loss. */
function seed(g: GraphBuilder, { dtype, shape = [] }: ValueInfo): Value {
  const data = Float32Array.of(1);
  const one = g.initializer({ dtype: "float32", shape: shape.map(() => 1), data }, "one");
  return dtype === "float32" ? one : g.op("Cast", [one], { to: DATA_TYPE[dtype] });
}

function applyRule(
  rule: Rule,
  context: ReturnType<ReturnType<typeof contextFactory>>,
  outputs: readonly (Value | undefined)[],
  add: (value: Value, cotangent: Value) => void,
): void {
  const { node, needs } = context;
  const [first, ...others] = outputs;
  const other = others.findIndex((cotangent) => cotangent !== undefined);
  if (other >= 0 && rule.everyOutput !== true) {
    throw new UnsupportedOperatorError(`${describeNode(node)}: no gradient through its output ${other + 1}.`);
  }
  const cotangent = first ?? context.zerosLike(context.output(0));
  const results = rule.vjp(context, cotangent, others);
  node.inputs.forEach((input, i) => {
    if (needs[i] !== true) return;
    const result = results[i];
    if (result === undefined) {
      throw new UnsupportedOperatorError(`${describeNode(node)}: no gradient in its input ${i}, "${input}".`);
    }
    add(
      input,
      rule.broadcasts === true
        ? context.sumTo(result, context.shape(context.output(0)), context.shape(input))
        : result,
    );
  });
}

/** The values whose shapes `gradient` needs: all inputs and outputs of nodes between `wrt` and `loss`. */
export function valuesToProbe(graph: Graph, loss: Value, wrt: readonly Value[]): readonly Value[] {
  const values = nodesBetween(graph, loss, wrt).flatMap((node) =>
    [...node.inputs, ...node.outputs].filter((value) => value !== ""),
  );
  return [...new Set([loss, ...wrt, ...values])];
}
