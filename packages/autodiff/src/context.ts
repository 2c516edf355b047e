import { GraphError, type HostTensor } from "@incipit/core";
import {
  DATA_TYPE,
  describeNode,
  int64,
  onnxOps,
  type GraphBuilder,
  type Node,
  type Value,
  type Shape,
  type Shapes,
} from "@incipit/onnx";
import type { RuleContext } from "./rule.js";
import { infoIn, shapeIn } from "./shapes.js";

export interface ContextOptions {
  readonly g: GraphBuilder;
  readonly shapes: Shapes;
  readonly initializers: ReadonlyMap<Value, HostTensor>;
}

/** Makes the contexts of all rules of one differentiation; what they share is built once. */
export function contextFactory({ g, shapes, initializers }: ContextOptions) {
  const ops = onnxOps(g);
  const made = new Map<string, Value>();
  const once = (key: string, make: () => Value): Value => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make()));
    return value;
  };
  const shape = (value: Value): Shape => shapeIn(shapes, value);
  const scalar = (value: number, like: Value): Value => {
    const dtype = shapes.get(like)?.dtype ?? "float32";
    return once(`scalar ${dtype} ${value}`, () => {
      const number = ops.scalar(value);
      return dtype === "float32" ? number : g.op("Cast", [number], { to: DATA_TYPE[dtype] });
    });
  };
  const shapeOf = (value: Value): Value => {
    const dims = shape(value);
    const sizes = dims.filter((dim) => typeof dim === "number");
    return sizes.length === dims.length
      ? once(`ints ${sizes.join()}`, () => g.initializer(int64(sizes), "shape"))
      : once(`shape ${value}`, () => g.op("Shape", [value]));
  };

  return (node: Node, needs: readonly boolean[]): RuleContext => ({
    node,
    g,
    ops,
    needs,
    dtype: (value) => infoIn(shapes, value).dtype,
    shape,
    scalar,
    shapeOf,
    constant: (value) => initializers.get(value),
    input(i) {
      const value = node.inputs[i];
      if (value === undefined || value === "")
        throw new GraphError(`${describeNode(node)} has no input ${i}.`);
      return value;
    },
    output: (i) => g.requireOutput(node, i),
    zerosLike: (value) => once(`zeros ${value}`, () => g.op("Expand", [scalar(0, value), shapeOf(value)])),
    reshapeLike(x, from, like) {
      const to = shape(like);
      if (sameShape(from, to)) return x;
      return g.op("Reshape", [x, targetShape(from, to) ?? shapeOf(like)]);
    },
    sumTo(x, from, to) {
      const leading = from.length - to.length;
      const repeated = to.flatMap((dim, i) => (dim === 1 && from[leading + i] !== 1 ? [i] : []));
      if (leading < 0 || to.some((dim, i) => dim !== 1 && dim !== from[leading + i])) {
        throw new GraphError(
          `${describeNode(node)}: a cotangent of shape [${from.join(", ")}] cannot be summed to [${to.join(", ")}].`,
        );
      }
      let sum = x;
      if (leading > 0) {
        sum = ops.sum(
          sum,
          Array.from({ length: leading }, (_, i) => i),
        );
      }
      return repeated.length > 0 ? ops.sum(sum, repeated, true) : sum;
    },
  });

  /** Target of a Reshape without reading the other value's shape at run time: one -1, or 0 where a size is kept. */
  function targetShape(from: Shape, to: Shape): Value | undefined {
    const dims = to.map((dim, i) => (typeof dim === "number" ? dim : dim === from[i] ? 0 : -1));
    // With a single symbol -1 is always right, whatever stands at that place in `from`.
    if (dims.filter((dim) => dim === -1).length > 1 || to.includes(0)) return undefined;
    return once(`ints ${dims.join()}`, () => g.initializer(int64(dims), "shape"));
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
