import { GraphBuilder, onnxOps, type Graph, type Value } from "@incipit/onnx";
import { int64 } from "@incipit/onnx";
import { randomTensors } from "@incipit/testing";

/** Unlike the sizes that vary, and sums of these. */
export const WIDTH = 10;
const HEADS = 2;

/** What rows of a sequence attend to: those before them, all, or those before them but for the first row, which sees all. */
export type Sight = "back" | "everything" | "first sees everything";

export interface TinyDecoderOptions {
  readonly prefix: number;
  readonly sight?: Sight;
  /** Changes the prefix's rows, given the texts' `[batch, seq, 10]`. */
  readonly prompt?: (g: GraphBuilder, prompt: Value, text: Value) => Value;
}

/**
 * Two layers of attention over learned rows `prompt` and, behind them, rows of a table by `input_ids` `[batch, seq]`; a linear layer
 * on rows that are laid one behind the other, as in GPT-2; gives out the states `[batch, prefix + seq, 10]` from the last row of the
 * prefix on.
 */
export function tinyDecoder({ prefix, sight = "back", prompt: change }: TinyDecoderOptions): {
  readonly graph: Graph;
  readonly sequence: Value;
} {
  const random = randomTensors(3);
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const weight = (...shape: number[]) => ops.constant(random.normal(shape, 1 / Math.sqrt(WIDTH)));
  const ids = g.input("input_ids", "int64", ["batch", "seq"]);
  const given = g.input("prompt", "float32", [prefix, WIDTH]);
  const text = ops.gather(weight(20, WIDTH), ids, 0);
  const prompt = change?.(g, given, text) ?? given;
  const rows = ops.expand(prompt, [{ of: text, axis: 0 }, prefix, WIDTH]);
  const sequence = ops.concat([rows, text], 1);
  const length = g.op("Squeeze", [g.op("Shape", [sequence], { start: 1, end: 2 })]);
  const [zero, one] = [0n, 1n].map((value) =>
    g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(value) }),
  ) as [Value, Value];
  const positions = g.op("Range", [zero, length, one]);
  const queries = g.op("Unsqueeze", [positions, ops.constant(int64([1]))]);
  const last = sight === "everything" ? g.op("Add", [queries, length]) : queries;
  const isFirst = g.op("Equal", [queries, zero]);
  const until = sight === "first sees everything" ? g.op("Where", [isFirst, length, last]) : last;
  const hidden = ops.where(g.op("Greater", [positions, until]), ops.scalar(-1e4), ops.scalar(0));

  const heads = (x: Value, order: readonly number[]) =>
    ops.transpose(ops.reshape(x, [{ of: x, axis: 0 }, { of: x, axis: 1 }, HEADS, WIDTH / HEADS]), order);
  const layer = (x: Value): Value => {
    const [query, key, value] = g.ops(
      "Split",
      [ops.matmul(x, weight(WIDTH, 3 * WIDTH))],
      { axis: 2, num_outputs: 3 },
      { outputs: 3 },
    ) as [Value, Value, Value];
    const scores = ops.matmul(heads(query, [0, 2, 1, 3]), heads(key, [0, 2, 3, 1]));
    const context = ops.matmul(ops.softmax(ops.add(scores, hidden), -1), heads(value, [0, 2, 1, 3]));
    const attended = ops.add(
      x,
      ops.reshape(ops.transpose(context, [0, 2, 1, 3]), [{ of: x, axis: 0 }, { of: x, axis: 1 }, WIDTH]),
    );
    const flat = g.op("Reshape", [attended, ops.constant(int64([-1, WIDTH]))]);
    const inner = g.op("Gemm", [flat, weight(WIDTH, 2 * WIDTH), weight(2 * WIDTH)]);
    const wide = ops.reshape(inner, [{ of: x, axis: 0 }, { of: x, axis: 1 }, 2 * WIDTH]);
    return ops.add(attended, ops.matmul(ops.tanh(wide), weight(2 * WIDTH, WIDTH)));
  };
  g.output(ops.slice(layer(layer(sequence)), 1, prefix - 1), "states");
  return { graph: g.build(), sequence };
}
