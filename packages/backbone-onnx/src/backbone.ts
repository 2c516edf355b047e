import { ConfigError, type Backbone, type BackboneInfo, type Placement, type Tokenizer } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { createSession, type SessionOptions } from "@incipit/runtime";
import { toFloat32 } from "@incipit/tensor";
import type { FrozenModel } from "./compose.js";
import { withDefaults } from "./default-inputs.js";
import { vocabularyOf } from "./embedding-table.js";
import { readsFirstToken } from "./first-token.js";
import { featureSpecs } from "./features.js";
import { generatesText } from "./generation/generates-text.js";
import { onnxGenerationStep, type GenerationIds } from "./generation/step.js";
import { once } from "./graph-step.js";
import { withNamedAxes } from "./input-axes.js";
import {
  generationModel,
  isEncoderDecoder,
  modelGraphs,
  trainingModel,
  type ModelGraphs,
} from "./model-graphs.js";
import { noTokenizer, noVocabulary } from "./no-text.js";
import type { OptimizationOptions } from "./optimization.js";
import { findPromptSite, type PromptSite } from "./prompt-site.js";
import { sampleText } from "./sample-text.js";
import { onnxTrainStep } from "./step.js";

/** A model, its tokenizer, and what the graph does not say of them. */
export interface OnnxBackboneOptions {
  readonly name: string;
  /** The model, token ids in, features out; or the several graphs that it comes as. */
  readonly graph: Graph | ModelGraphs;
  /** Models without token ids, such as those of images or sound, have none. */
  readonly tokenizer?: Tokenizer;
  /** SHA-256 (hex) of the model file. */
  readonly fingerprint: string;
  /** Longest input in tokens, virtual tokens included. */
  readonly maxLength: number;
  /** The graph input with the token ids; `input_ids`, or else `decoder_input_ids`, by default. */
  readonly ids?: string;
  /**
   * Where virtual tokens stand by default; behind the first token where the graph reads that one by number, or has no token
   * ids, as images and sound often have a class token in front.
   */
  readonly placement?: Placement;
  /** An ordinary token id that can stand where virtual tokens will be; found with the tokenizer by default. */
  readonly placeholderId?: number;
  /** Sizes of inputs' axes that the file leaves open, by their names, e.g. `{ height: 224, width: 224 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Device and threads. */
  readonly session?: SessionOptions;
  /** How training and prediction are made fast. */
  readonly optimization?: OptimizationOptions;
  /** How texts begin and end that a decoder generates. */
  readonly generation?: GenerationIds;
}

/**
 * Any ONNX transformer that takes token ids, or images or sound as patches, as a frozen backbone. Its features are the
 * graph's float outputs, in float32: `[batch, seq, width]` ones are per token, `[batch, width]` ones pooled.
 * @throws {GraphError} when the graph has no place for a prompt or no usable output, or is older than opset 9
 * @throws {ConfigError} when it takes token ids and there is no tokenizer
 * @throws {UnsupportedOperatorError} when an operator of an old opset has no counterpart today
 */
export async function onnxBackbone(options: OnnxBackboneOptions): Promise<Backbone> {
  const { name, fingerprint, maxLength, session = {} } = options;
  const graphs = modelGraphs(options.graph);
  const given = await trainingModel(graphs, options.ids);
  const site = findPromptSite(given, options.ids);
  const graph = withNamedAxes(given, site, options.sizes ?? {});
  const tokenizer = options.tokenizer ?? noTokenizer(name);
  if (site.kind === "tokens" && options.tokenizer === undefined)
    throw new ConfigError(`The model "${name}" takes token ids as "${site.ids}"; give its tokenizer.`);
  const sample = site.kind === "tokens" ? sampleText(tokenizer, options.placeholderId) : { placeholderId: 0 };
  const features = await featureSpecs(graph, { site, ...sample });

  const info: BackboneInfo = {
    name,
    fingerprint,
    embeddings: await (site.kind === "tokens"
      ? vocabularyOf(graph, site)
      : noVocabulary(graph, site.embedding)),
    features,
    tokenizer,
    maxLength,
    ...(isEncoderDecoder(graphs) && { decoderStartIds: options.generation?.decoderStartIds ?? [] }),
    placement: options.placement ?? placementIn(graph, site),
  };
  const model: FrozenModel = {
    graph,
    site,
    features: Object.fromEntries(Object.keys(features).map((feature) => [feature, feature])),
    ...sample,
  };
  const generates = await generatesText(graphs, info, model);
  const encoder = once(() => createSession(graph, session));

  return {
    ...info,
    compile: (parts) => onnxTrainStep(model, info, parts, options),
    ...(generates && {
      generation: async (parts) =>
        onnxGenerationStep(
          { graphs: await generationModel(graphs), frozen: model, ids: options.generation ?? {} },
          info,
          parts,
          session,
        ),
    }),
    async encode(batch) {
      const running = await encoder();
      const results = await running.run(withDefaults(batch), Object.keys(features));
      return Object.fromEntries(Object.entries(results).map(([key, value]) => [key, toFloat32(value)]));
    },
    async dispose() {
      if (encoder.started()) await (await encoder()).dispose();
    },
  };
}

function placementIn(graph: Graph, site: PromptSite): Placement {
  return site.kind === "sequence" || readsFirstToken(graph, site.embedding) ? "after-first" : "front";
}
