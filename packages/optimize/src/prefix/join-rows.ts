import { GraphBuilder, int64, type Shape, type Value } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import type { RowAxes } from "./rows.js";
import { shapeOf } from "../shape-of.js";

/** A value with the rows of prefix and text, and its rows of the prefix alone. */
export interface SharedRows {
  readonly value: Value;
  readonly alone: Value;
  readonly axes: RowAxes;
}

/** How many rows a sequence's parts have, and where the number of examples is found. */
export interface Parts {
  readonly prefix: number;
  readonly text: Shape[number];
  /** An input `[batch, …]`. */
  readonly batchOf: Value;
}

/**
 * For each value the same again, its first rows the shared ones, for every example, and only the rest its own.
 * @returns the graph with these values in it, and their names
 */
export function joinRows(
  { graph, shapes }: ShapedGraph,
  { prefix, text, batchOf }: Parts,
  values: readonly SharedRows[],
): { readonly shaped: ShapedGraph; readonly names: ReadonlyMap<Value, Value> } {
  const g = new GraphBuilder(graph);
  const known = new Map(shapes);
  const names = new Map<Value, Value>();
  g.scope("prefix", () => {
    const batch = g.op("Shape", [batchOf], { start: 0, end: 1 });
    // Every slice reads the same two, by which it is known to be the same.
    const start = g.initializer(int64([prefix]), "length");
    const end = g.initializer(int64([2 ** 63]), "end");
    for (const { value, alone, axes } of values) {
      const info = shapes.get(value);
      const shape = shapeOf({ graph, shapes }, value) ?? [];
      const describe = (name: Value, rows: Shape[number] | undefined): Value => {
        if (info !== undefined) known.set(name, { ...info, name, shape: shape.with(axes.rows, rows ?? 1) });
        return name;
      };
      const sizes = shape.map((_, axis) => (axis === axes.batch ? batch : g.initializer(int64([1]))));
      const target = g.op("Concat", sizes, { axis: 0 });
      const shared = describe(g.op("Expand", [alone, target]), prefix);
      const own = describe(g.op("Slice", [value, start, end, g.initializer(int64([axes.rows]))]), text);
      names.set(value, describe(g.op("Concat", [shared, own], { axis: axes.rows }), shape[axes.rows]));
    }
  });
  return { shaped: { graph: g.build(), shapes: known }, names };
}
