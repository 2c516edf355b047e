/** @file The published encoder, run by TF.js: the truth. */
import type { HostTensor } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { chooseBackend } from "@incipit/tensor/tfjs";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import type { io, Tensor } from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../src/files.js";

/** Nodes of the original graph whose values our outputs should have. */
const NODES = {
  tokens:
    "module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/layer_postprocess/add",
  pooled: "module_apply_default/Encoder_en/KonaTransformer/div",
  embedding: "module_apply_default/Encoder_en/hidden_layers/l2_normalize",
};

export type Outputs = Readonly<Record<keyof typeof NODES, HostTensor<"float32">>>;

/** Texts, as ids, through the original graph: all in one batch, of whatever lengths. */
export async function originalEncoder(): Promise<
  (texts: readonly (readonly number[])[]) => Promise<Outputs>
> {
  const { tf } = await chooseBackend();
  const model = await loadGraphModel({ load: readArtifacts });
  return async (texts) => {
    const indices = texts.flatMap((ids, text) => ids.map((_, position) => [text, position]));
    const inputs = {
      indices: tf.tensor2d(indices.flat(), [indices.length, 2], "int32"),
      values: tf.tensor1d(texts.flat(), "int32"),
    };
    const results = (await model.executeAsync(inputs, Object.values(NODES))) as [Tensor, Tensor, Tensor];
    const [tokens, pooled, embedding] = results.map((result) =>
      tensor("float32", result.shape, result.dataSync<"float32">()),
    ) as [HostTensor<"float32">, HostTensor<"float32">, HostTensor<"float32">];
    tf.dispose([results, inputs]);
    return { tokens, pooled, embedding };
  };
}

async function readArtifacts(): Promise<io.ModelArtifacts> {
  const folder = packageFolder();
  const { modelTopology, weightsManifest } = JSON.parse(
    await readFile(join(folder, "model.json"), "utf8"),
  ) as io.ModelJSON;
  const { paths, weights } = weightsManifest[0]!;
  const shards = await Promise.all(paths.map((path) => readFile(join(folder, path))));
  return { modelTopology, weightSpecs: weights, weightData: new Uint8Array(Buffer.concat(shards)).buffer };
}
