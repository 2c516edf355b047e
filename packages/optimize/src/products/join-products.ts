/** @file Products of two values with one matrix, as one product. */
import {
  consumersOf,
  GraphBuilder,
  onnxOps,
  type Node,
  removeDeadNodes,
  renameUses,
  type Shape,
  sizeOf,
  sortTopologically,
  type Value,
} from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { shapeOf } from "../shape-of.js";
import { independence } from "./independence.js";

/**
 * Where a matrix is multiplied by two values, one of them with a constant number of rows, as those of a prefix that all examples
 * share, the rows of both are multiplied at once. ONNX Runtime packs a matrix once for every product that reads it, and of
 * a product of few rows most of the time goes into reading the matrix. Products of which one depends on the other stay two.
 */
export function joinProducts(shaped: ShapedGraph): ShapedGraph {
  const join = independence(shaped.graph);
  const pairs = pairsIn(shaped).filter(({ fixed, varying }) => join(fixed.node, varying.node));
  if (pairs.length === 0) return shaped;
  const g = new GraphBuilder(shaped.graph);
  const ops = onnxOps(g);
  const shapes = new Map(shaped.shapes);
  const names = new Map<Value, Value>();
  const replace = ({ output, rows, width }: Product, name: Value) => {
    const dtype = shaped.shapes.get(output)?.dtype ?? "float32";
    names.set(output, name);
    shapes.set(name, { name, dtype, shape: [...rows, width] });
  };
  g.scope("joined", () => {
    for (const { fixed, varying } of pairs) {
      const { matrix, height, width } = fixed;
      const rows = [fixed, varying].map(({ x }) => ops.reshape(x, [-1, height]));
      const product = ops.matmul(ops.concat(rows, 0), matrix);
      const count = sizeOf(fixed.rows);
      const sizes = varying.rows.map((dim, axis) =>
        typeof dim === "number" ? dim : { of: varying.x, axis },
      );
      replace(fixed, ops.reshape(ops.slice(product, 0, 0, count), [...fixed.rows, width]));
      replace(varying, ops.reshape(ops.slice(product, 0, count), [...sizes, width]));
    }
  });
  const graph = g.build();
  const nodes = graph.nodes.map((node) => renameUses(node, (value) => names.get(value) ?? value));
  return { graph: removeDeadNodes({ ...graph, nodes: sortTopologically(nodes) }), shapes };
}

/** `x · matrix` */
interface Product {
  readonly node: Node;
  readonly x: Value;
  readonly output: Value;
  /** The axes of x but for the last. */
  readonly rows: Shape;
  readonly matrix: Value;
  readonly height: number;
  readonly width: number;
}

interface FixedProduct extends Product {
  readonly rows: readonly number[];
}

/** Products with one matrix, one of a constant number of rows, the other of as many as a batch has. */
interface Pair {
  readonly fixed: FixedProduct;
  readonly varying: Product;
}

function pairsIn(shaped: ShapedGraph): readonly Pair[] {
  return Array.from(consumersOf(shaped.graph)).flatMap(([matrix, consumers]) => {
    const products = consumers.flatMap((node) => productWith(matrix, node, shaped) ?? []);
    const fixed = products.find(isFixed);
    const varying = products.find((product) => !isFixed(product));
    return products.length === 2 && fixed !== undefined && varying !== undefined ? [{ fixed, varying }] : [];
  });
}

function productWith(matrix: Value, node: Node, shaped: ShapedGraph): Product | undefined {
  const [x = "", right] = node.inputs;
  const [output = ""] = node.outputs;
  if (node.opType !== "MatMul" || node.domain !== "" || right !== matrix) return undefined;
  if (shaped.graph.outputs.some(({ name }) => name === output)) return undefined;
  const rows = shapeOf(shaped, x)?.slice(0, -1) ?? [];
  const [height, width, ...deeper] = shapeOf(shaped, matrix) ?? [];
  if (rows.length === 0 || deeper.length > 0) return undefined;
  if (typeof height !== "number" || typeof width !== "number") return undefined;
  return { node, x, output, rows, matrix, height, width };
}

function isFixed(product: Product): product is FixedProduct {
  return product.rows.every((dim) => typeof dim === "number");
}
