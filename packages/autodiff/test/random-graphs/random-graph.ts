/** @file Small graphs put together at random from the uses of operators that the gradient cases hold. */
import type { HostTensor, NamedTensors } from "@incipit/core";
import { GraphBuilder, sizeOf, type Graph, type Value } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { evaluateFloat64, randomTensors } from "@incipit/testing";
import { rules } from "../../src/index.js";
import type { GradientCase } from "../gradient-cases/index.js";

/** One operator of a random graph: a use of it. */
export interface Use {
  readonly operator: string;
  readonly use: GradientCase;
}

/** A graph from `x` to `loss`, and a point to differentiate at. */
export interface RandomGraph {
  readonly graph: Graph;
  readonly feeds: NamedTensors;
}

/** As new as the newest operator. */
const OPSET = 24;

/**
 * The uses one after the other. Each gets the inputs that its case draws, so that they are where the operator is
 * smooth; to some of them a small multiple of sin(8 v) is added, where v is taken at random from what the uses before
 * have made. Operands that broadcast lose some of their axes at random.
 * @param point which of many points to differentiate at
 */
export function randomGraph(uses: readonly Use[], seed: number, point: number): RandomGraph {
  const random = randomTensors(seed);
  const below = (limit: number) => Number(random.integers([1], 0, limit).data[0]);
  const chance = (probability: number) => below(100) < 100 * probability;
  const g = new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": OPSET } });
  const shape = Array.from({ length: below(3) + 1 }, () => below(3) + 1).slice(0, 3);
  const feeds = { x: randomTensors(point).normal(shape) };
  const scalar = (value: number) => g.initializer(tensor("float32", [], [value]));
  const ints = (values: readonly number[]) => g.initializer(tensor("int64", [values.length], values));

  const made: Value[] = [g.input("x", "float32", shape)];
  const sizes = new Map<Value, number>([["x", sizeOf(shape)]]);

  /** `base` plus something small that depends on what was made before. */
  const moved = (base: HostTensor): Value => {
    const from = made[below(made.length)] ?? "x";
    const size = sizeOf(base.shape);
    const places = ints(Array.from({ length: size }, () => below(sizes.get(from) ?? 1)));
    const taken = g.op("Gather", [g.op("Reshape", [from, ints([-1])]), places]);
    const wave = g.op("Sin", [g.op("Mul", [g.op("Reshape", [taken, ints(base.shape)]), scalar(8)])]);
    return g.op("Add", [g.initializer(base), g.op("Mul", [wave, scalar(0.04)])]);
  };

  const losses: Value[] = [];
  for (const { operator, use } of uses) {
    const rule = rules[operator];
    const broadcasts = rule !== undefined && rule !== "zero" && rule.broadcasts === true;
    const drawn = Object.entries(use.inputs(random, below(2) + 2));
    const differentiable =
      use.wrt ?? drawn.filter(([, { dtype }]) => dtype === "float32").map(([name]) => name);
    const must = differentiable[below(differentiable.length)];
    const inputs = drawn.map(([name, full]) => {
      const base = broadcasts ? narrowed(full, () => chance(0.3)) : full;
      const moves = differentiable.includes(name) && (name === must || chance(0.6));
      return [name, moves ? moved(base) : g.initializer(base)] as const;
    });
    const built = use.build(g, Object.fromEntries(inputs));
    for (const y of typeof built === "string" ? [built] : built) {
      const value = evaluateFloat64({ ...g.build(), outputs: [{ name: y }] }, feeds)[y];
      if (value === undefined) continue;
      const weights = g.initializer(random.normal(value.shape));
      losses.push(g.op("ReduceSum", [g.op("Mul", [y, weights])], { keepdims: 0 }));
      sizes.set(y, sizeOf(value.shape));
      if (sizeOf(value.shape) > 0) made.push(y);
    }
  }
  const total = losses.reduce((a, b) => g.op("Add", [a, b]));
  g.output(total, "loss");
  return { graph: g.build(), feeds };
}

/** The first rows of a tensor along some of its axes, or without some of its leading axes: it still broadcasts. */
function narrowed(full: HostTensor, narrow: () => boolean): HostTensor {
  const kept = full.shape.map((dim) => (narrow() ? 1 : dim));
  const leading = kept.findIndex((dim) => dim !== 1 || !narrow());
  const strides = full.shape.map((_, axis) => sizeOf(full.shape.slice(axis + 1)));
  const entries = Array.from({ length: sizeOf(kept) }, (_, i) => {
    let rest = i;
    const offset = kept.reduceRight((sum, dim, axis) => {
      const position = rest % dim;
      rest = Math.floor(rest / dim);
      return sum + position * (strides[axis] ?? 1);
    }, 0);
    return full.data[offset] as number;
  });
  return tensor(full.dtype, kept.slice(leading < 0 ? kept.length : leading), entries);
}
