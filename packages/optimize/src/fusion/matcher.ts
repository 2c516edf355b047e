/** @file Small questions that patterns are made of. */
import { consumersOf, type Graph, type Node, producersOf, sizeOf, type Value } from "@incipit/onnx";

/** Answers what a pattern asks of a graph. */
export interface Matcher {
  /** The node that makes a value, if its operator is this one. */
  made(value: Value | undefined, opType: string): Node | undefined;
  /** The only node that reads a value, if its operator is this one and the value is no output of the graph. */
  read(value: Value | undefined, opType: string): Node | undefined;
  /** A constant of one element. */
  scalar(value: Value | undefined): number | undefined;
  /** What a commutative node is given besides `value`. */
  other(node: Node | undefined, value: Value | undefined): Value | undefined;
  /** `x` where `value = x · factor`, be it written as a product or a quotient. */
  unscaled(value: Value | undefined, factor: number): Value | undefined;
}

/** Constants in models are rounded to float32, and some to a few digits. */
const TOLERANCE = 1e-5;

export function near(a: number | undefined, b: number): boolean {
  return a !== undefined && Math.abs(a - b) <= TOLERANCE * Math.abs(b);
}

export function matcher(graph: Graph): Matcher {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const made: Matcher["made"] = (value, opType) => {
    const node = producers.get(value ?? "");
    return node?.opType === opType && node.domain === "" ? node : undefined;
  };
  const scalar: Matcher["scalar"] = (value) => {
    const tensor = graph.initializers.get(value ?? "");
    return tensor !== undefined && sizeOf(tensor.shape) === 1 ? Number(tensor.data[0]) : undefined;
  };
  const other: Matcher["other"] = (node, value) => {
    if (node === undefined) return undefined;
    const [a, b] = node.inputs;
    return a === value ? b : a;
  };
  return {
    made,
    scalar,
    other,
    read(value, opType) {
      const [node, ...others] = consumers.get(value ?? "") ?? [];
      const isOnly = others.length === 0 && !outputs.has(value ?? "");
      return isOnly && node?.opType === opType && node.domain === "" ? node : undefined;
    },
    unscaled(value, factor) {
      const quotient = made(value, "Div");
      if (near(scalar(quotient?.inputs[1]), 1 / factor)) return quotient?.inputs[0];
      const product = made(value, "Mul");
      return product?.inputs.find((input) => near(scalar(other(product, input)), factor));
    },
  };
}
