import { join } from "node:path";
import type { Backbone, Tokenizer } from "@incipit/core";
import { GraphBuilder, type Attribute, type Graph } from "@incipit/onnx";
import { readModelFile } from "@incipit/onnx/node";
import { fixCacheInputs } from "../src/fixed-inputs.js";
import { onnxBackbone } from "../src/index.js";

/** A decoder with a cache as older exports have it: an If chooses between reading with the cache and without. */
export async function mergedDecoder(folder: string, tokenizer: Tokenizer): Promise<Backbone> {
  const withPast = await readModelFile(join(folder, "onnx", "model.onnx"));
  const withoutPast = fixCacheInputs(withPast, "input_ids");
  const outputs = withPast.outputs.map((output) => output.name);
  const initializers = new Map([...withPast.initializers, ...withoutPast.initializers]);
  const g = new GraphBuilder({ ...withPast, outputs: [], nodes: [], initializers });
  const usesCache = g.input("use_cache_branch", "bool", [1]);
  const branches = { then_branch: branch(withPast), else_branch: branch(withoutPast) };
  g.ops("If", [usesCache], branches, { outputs });
  for (const output of outputs) g.output(output, output, "float32", undefined);
  return onnxBackbone({
    name: "merged",
    graph: { ...g.build(), outputs: withPast.outputs },
    tokenizer,
    fingerprint: "merged",
    maxLength: 64,
  });
}

/** The nodes under names of their own; weights and inputs come from outside. */
function branch(graph: Graph): Attribute {
  const own = new Set(graph.nodes.flatMap((node) => node.outputs));
  const rename = (value: string) => (own.has(value) ? `inner/${value}` : value);
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  const outputs = graph.outputs.map((output) => ({ ...output, name: rename(output.name) }));
  return { type: "graph", value: { ...graph, inputs: [], outputs, nodes, initializers: new Map() } };
}
