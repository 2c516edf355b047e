import {
  GraphError,
  type Backbone,
  type BackboneInfo,
  type FeatureSpec,
  type Placement,
  type Tokenizer,
} from "@incipit/core";
import { probeShapes } from "@incipit/autodiff";
import { foldConstants, upgradeOpset, type Graph, type OutputInfo } from "@incipit/onnx";
import { createSession, evaluate, type SessionOptions } from "@incipit/runtime";
import type { FrozenModel } from "./compose.js";
import { embeddingTable } from "./embedding-table.js";
import { holdsEncoderDecoder, joinEncoderDecoder, type EncoderDecoderGraphs } from "./encoder-decoder.js";
import { readsFirstToken } from "./first-token.js";
import { fixCacheInputs, isCache } from "./fixed-inputs.js";
import { onnxGenerationStep, type GenerationIds } from "./generation/step.js";
import { findPromptSite } from "./prompt-site.js";
import { TOKEN_INPUTS } from "./splice.js";
import { once, onnxTrainStep, probes } from "./step.js";

/** A model, its tokenizer, and what the graph does not say of them. */
export interface OnnxBackboneOptions {
  readonly name: string;
  /** The model, token ids in, features out; or its encoder and decoder, which become one. */
  readonly graph: Graph | EncoderDecoderGraphs;
  readonly tokenizer: Tokenizer;
  /** SHA-256 (hex) of the model file. */
  readonly fingerprint: string;
  /** Longest input in tokens, virtual tokens included. */
  readonly maxLength: number;
  /** The graph input with the token ids; `input_ids` by default. */
  readonly ids?: string;
  /** Where virtual tokens stand by default; behind the first token where the graph reads that one by number. */
  readonly placement?: Placement;
  /** An ordinary token id that can stand where virtual tokens will be; found with the tokenizer by default. */
  readonly placeholderId?: number;
  /** Device and threads. */
  readonly session?: SessionOptions;
  /** How texts begin and end that a decoder generates. */
  readonly generation?: GenerationIds;
}

/**
 * Any ONNX transformer that takes token ids, as a frozen backbone. Its features are the graph's float32 outputs:
 * `[batch, seq, width]` ones are per token, `[batch, width]` ones pooled.
 * @throws {GraphError} when the graph has no token embedding or no usable output, or is older than opset 9
 * @throws {UnsupportedOperatorError} when an operator of an old opset has no counterpart today
 */
export async function onnxBackbone(options: OnnxBackboneOptions): Promise<Backbone> {
  const { name, tokenizer, fingerprint, maxLength, session = {} } = options;
  const ids = options.ids ?? "input_ids";
  const graph = withNamedAxes(await prepared(options.graph, ids), ids);
  const site = findPromptSite(graph, options.ids);
  const table = graph.initializers.get(site.table);
  if (table === undefined)
    throw new GraphError(`The embedding table "${site.table}" is not among the weights.`);
  const features = await featureSpecs(graph);

  const info: BackboneInfo = {
    name,
    fingerprint,
    embeddings: embeddingTable(table),
    features,
    tokenizer,
    maxLength,
    placement: options.placement ?? (readsFirstToken(graph, site.embedding) ? "after-first" : "front"),
  };
  const model: FrozenModel = {
    graph,
    site,
    tokenInputs: graph.inputs
      .map((input) => input.name)
      .filter((input) => input === site.ids || TOKEN_INPUTS.has(input)),
    features: Object.fromEntries(Object.keys(features).map((feature) => [feature, feature])),
    placeholderId: options.placeholderId ?? ordinaryToken(tokenizer),
  };
  const encoder = once(() => createSession(graph, session));

  return {
    ...info,
    compile: (parts) => onnxTrainStep(model, info, parts, session),
    ...(generates(options, info) && {
      generation: async (parts) =>
        onnxGenerationStep(
          { graphs: await generating(options.graph), frozen: model, ids: options.generation ?? {} },
          info,
          parts,
          session,
        ),
    }),
    async encode(batch) {
      const running = await encoder();
      const feeds = Object.fromEntries(
        running.inputNames.flatMap((input) => (batch[input] === undefined ? [] : [[input, batch[input]]])),
      );
      return running.run(feeds, Object.keys(features));
    },
    async dispose() {
      if (encoder.started()) await (await encoder()).dispose();
    },
  };
}

/** The model as a training step runs it: one graph in one operator set, without caches, with what is constant computed. */
async function prepared(graphs: Graph | EncoderDecoderGraphs, ids: string): Promise<Graph> {
  if (!("encoder" in graphs)) return foldConstants(fixCacheInputs(upgradeOpset(graphs), ids), evaluate);
  const decoder = fixCacheInputs(upgradeOpset(graphs.decoder), "input_ids");
  return foldConstants(joinEncoderDecoder(upgradeOpset(graphs.encoder), decoder), evaluate);
}

/** The model as text is generated with it: in one operator set, with its cache, with what is constant computed. */
async function generating(graphs: Graph | EncoderDecoderGraphs): Promise<Graph | EncoderDecoderGraphs> {
  const ready = (graph: Graph) => foldConstants(upgradeOpset(graph), evaluate);
  if (!("encoder" in graphs)) return ready(graphs);
  const { encoder, decoder, decoderWithPast } = graphs;
  return {
    encoder: await ready(encoder),
    decoder: await ready(decoder),
    decoderWithPast: decoderWithPast && (await ready(decoderWithPast)),
  };
}

/** Whether the model tells words for each token, as far as its inputs and outputs show. */
function generates({ graph, ids }: OnnxBackboneOptions, { features, embeddings }: BackboneInfo): boolean {
  const { logits } = features;
  if (logits?.kind !== "tokens" || ids !== undefined) return false;
  if (logits.width === embeddings.size || "encoder" in graph) return true;
  return holdsEncoderDecoder(graph) || graph.inputs.some(isCache);
}

/** A token that is neither padding nor special. */
function ordinaryToken(tokenizer: Tokenizer): number {
  const { ids } = tokenizer.encode("the", { specialTokens: false });
  return ids.find((id) => id !== tokenizer.padId) ?? (tokenizer.padId + 1) % tokenizer.vocabularySize;
}

/** Exporters call the same axes by different names, or by none; here they are `batch` and `seq`. */
function withNamedAxes(graph: Graph, ids: string): Graph {
  const seq = (name: string) => {
    if (name === ids || TOKEN_INPUTS.has(name)) return "seq";
    return name.startsWith("decoder_") ? "decoder_seq" : undefined;
  };
  const inputs = graph.inputs.map((input) => {
    const shape = input.shape?.map((dim, axis) => {
      if (axis === 0) return typeof dim === "number" ? dim : "batch";
      return axis === 1 ? (seq(input.name) ?? dim) : dim;
    });
    return { ...input, shape };
  });
  return { ...graph, inputs };
}

/** Rank and width of the graph's float outputs; where the file leaves them open, by running the model twice. */
async function featureSpecs(graph: Graph): Promise<Readonly<Record<string, FeatureSpec>>> {
  const outputs = graph.outputs.filter((output) => output.dtype === "float32");
  const open = outputs.filter((output) => typeof output.shape?.at(-1) !== "number");
  const probed =
    open.length === 0
      ? undefined
      : await probeShapes(graph, {
          evaluate,
          probes: probes(graph),
          values: open.map((output) => output.name),
        });
  const specs = outputs.flatMap((output) => {
    const spec = featureSpec(probed?.get(output.name) ?? output);
    return spec === undefined ? [] : [[output.name, spec] as const];
  });
  if (specs.length === 0)
    throw new GraphError("The model has no float32 output of rank 2 or 3 that a head could read.");
  return Object.fromEntries(specs);
}

function featureSpec({ shape }: OutputInfo): FeatureSpec | undefined {
  const width = shape?.at(-1);
  if (shape?.length === 2) {
    return typeof width === "number" ? { kind: "pooled", width } : { kind: "positions", width: 1 };
  }
  return shape?.length === 3 && typeof width === "number" ? { kind: "tokens", width } : undefined;
}
