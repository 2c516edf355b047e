import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { ONNXModel } from "@jax-js/onnx";
import type { Batch, HostTensor } from "@incipit/core";
import { type Graph, writeModel } from "@incipit/onnx";
import { fixedGraph, EMBEDDED } from "./fixed-graph.js";
import { gathersAsSlices } from "./gathers-as-slices.js";

/** A loss, and its gradient in the prompt. */
export type JaxStep = (prompt: HostTensor<"float32">) => Promise<{ loss: number; gradient: Float32Array }>;

/**
 * Cross-entropy of a classifier's `logits` for one batch behind a prompt, with jax-js on WebAssembly.
 * @param options compiled: let jax-js compile the whole gradient first
 */
export async function jaxStep(
  model: Graph,
  batch: Batch,
  { virtualTokens, compiled }: { readonly virtualTokens: number; readonly compiled: boolean },
): Promise<JaxStep> {
  await init("wasm");
  defaultDevice("wasm");
  const { graph, text } = await fixedGraph(model, batch, virtualTokens);
  const onnx = new ONNXModel(new Uint8Array(writeModel(gathersAsSlices(graph))));
  const embedded = toJax(text);
  const [rows = 0, , width = 0] = text.shape;
  const labels = Array.from(batch["labels"]?.data ?? [], Number);

  // jax-js frees what a function is given; `ref` keeps it for the next call.
  const loss = (prompt: np.Array): np.Array => {
    const prompts = np.broadcastTo(prompt, [rows, virtualTokens, width]);
    const { logits } = onnx.run({ [EMBEDDED]: np.concatenate([prompts, embedded.ref], 1) });
    if (logits === undefined) throw new Error("The model gives no logits.");
    const classes = logits.shape[1] ?? 0;
    const chosen = labels.map((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0)));
    return nn
      .logSoftmax(logits, 1)
      .mul(np.array(chosen))
      .sum()
      .mul(-1 / rows);
  };
  const differentiated = valueAndGrad(loss);
  const run = compiled ? jit(differentiated) : differentiated;
  return async (prompt) => {
    const [value, gradient] = run(toJax(prompt));
    await blockUntilReady([value, gradient]);
    return {
      loss: Number(await value.data().then(([first]) => first)),
      gradient: Float32Array.from(await gradient.data()),
    };
  };
}

function toJax({ data, shape }: HostTensor): np.Array {
  return np.array(Float32Array.from(data, Number)).reshape([...shape]);
}
