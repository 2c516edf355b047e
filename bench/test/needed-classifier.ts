/** @file A classifier behind a prompt, built so that it computes only what a step needs: the arithmetic that is to be counted. */
import { type Graph, GraphBuilder, onnxOps, type Value } from "@incipit/onnx";
import { randomTensors } from "@incipit/testing";
import type { ModelSizes } from "../src/model-sizes.js";

export const HEADS = 2;

/**
 * Inputs: `prompt` `[p, h]`, `text` `[1, length, h]`, `classifier` `[h, labels]`; output: `loss`. A text is one row, unpadded. The
 * first layer multiplies the prompt's and the text's rows apart, so that no gradient is taken in the text's; the last one makes
 * queries for position 0 alone.
 * @param everything compute all rows in all layers instead, as eager frameworks do
 */
export function neededClassifier(
  { hidden: h, feedForward: f, layers, labels }: ModelSizes,
  { prompt: p, everything }: { readonly prompt: number; readonly everything: boolean },
): Graph {
  const random = randomTensors(1);
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const prompt = g.input("prompt", "float32", [p, h]);
  const text = g.input("text", "float32", [1, "length", h]);
  const classifier = g.input("classifier", "float32", [h, labels]);
  const weight = (k: number, n: number) => g.initializer(random.normal([k, n], 0.3));
  const heads = (x: Value) => ops.transpose(ops.reshape(x, [1, -1, HEADS, h / HEADS]), [0, 2, 1, 3]);
  const promptRows = ops.reshape(prompt, [1, p, h]);

  const layer = (x: Value, i: number): Value => {
    const first = i === 0 && !everything;
    const queried = i === layers - 1 && !everything ? ops.slice(x, 1, 0, 1) : x;
    const project = (rows: Value, matrix: Value) =>
      first && rows === x
        ? ops.concat([ops.matmul(promptRows, matrix), ops.matmul(text, matrix)], 1)
        : ops.matmul(rows, matrix);
    const query = heads(project(queried, weight(h, h)));
    const [key, value] = [heads(project(x, weight(h, h))), heads(project(x, weight(h, h)))];
    const scores = ops.matmul(query, ops.transpose(key, [0, 1, 3, 2]));
    const context = ops.matmul(ops.softmax(scores, -1), value);
    const merged = ops.reshape(ops.transpose(context, [0, 2, 1, 3]), [1, -1, h]);
    const attended = ops.add(queried, ops.matmul(merged, weight(h, h)));
    const inner = ops.gelu(ops.matmul(attended, weight(h, f)));
    return ops.add(attended, ops.matmul(inner, weight(f, h)));
  };
  let state = ops.concat([promptRows, text], 1);
  for (let i = 0; i < layers; i++) state = layer(state, i);
  const pooled = ops.tanh(ops.matmul(ops.reshape(ops.slice(state, 1, 0, 1), [1, h]), weight(h, h)));
  const logits = ops.matmul(pooled, classifier);
  g.output(ops.sum(ops.logSoftmax(logits, 1), [0, 1]), "loss", "float32", []);
  return g.build();
}
