/** @file Generating text with a prompt in front, by graphs that ONNX Runtime runs. */
import {
  ConfigError,
  type BackboneInfo,
  type GenerationParts,
  type GenerationStep,
  type Parameters,
} from "@incipit/core";
import type { SessionOptions } from "@incipit/runtime";
import type { FrozenModel } from "../compose.js";
import { holdsEncoderDecoder } from "../encoder-decoder.js";
import type { ModelGraphs } from "../model-graphs.js";
import { replaceWeights } from "../model-weights.js";
import { modelWeights } from "../weight-names.js";
import { openDecoder } from "./decoder-reader.js";
import { openEncoderDecoder } from "./encoder-decoder-reader.js";
import { openPrompt } from "./prompt.js";
import type { ReaderOptions } from "./reader.js";

/** What a model's files say on how its texts begin and end. */
export interface GenerationIds {
  /** Ids that end a text. */
  readonly endIds?: readonly number[];
  /** What the decoder of an encoder-decoder reads before it tells its first token. */
  readonly decoderStartIds?: readonly number[];
}

/** A model as text is generated with it. */
export interface GenerationModel {
  /** With the inputs and outputs of its cache, where it has one. */
  readonly graphs: ModelGraphs;
  /** As it is trained with: prompts are computed with its embedding. */
  readonly frozen: FrozenModel;
  readonly ids: GenerationIds;
}

/**
 * A generation step of a decoder or an encoder-decoder.
 * @throws {GraphError} when the model is neither
 * @throws {ConfigError} when nobody says what the decoder of an encoder-decoder reads first, or it has no weight of a name
 */
export async function onnxGenerationStep(
  model: GenerationModel,
  info: BackboneInfo,
  { prompt, weights = {} }: GenerationParts,
  session: SessionOptions,
): Promise<GenerationStep> {
  const { graphs, frozen, ids } = withWeights(model, weights);
  const virtualTokens = prompt?.virtualTokens ?? 0;
  const options: ReaderOptions = {
    virtualTokens,
    placement: prompt?.placement ?? info.placement,
    width: info.embeddings.width,
    placeholderId: frozen.placeholderId,
    padId: info.tokenizer.padId,
    session,
  };
  const decoderOnly = graphs.encoder === undefined && !holdsEncoderDecoder(graphs.decoder);
  // An encoder's virtual tokens take no room from the decoder.
  const maxLength = decoderOnly ? info.maxLength - virtualTokens : info.maxLength;
  const reader = decoderOnly
    ? await openDecoder(graphs, { ...options, maxLength })
    : await openEncoderDecoder(graphs, { ...options, decoderStartIds: startIds(ids) });
  const virtual = await openPrompt(prompt, frozen, info, session);
  return {
    parameters: virtual.parameters,
    continues: decoderOnly,
    endIds: ids.endIds ?? [],
    maxLength,
    start: async (batch, parameters) => reader.start(batch, await virtual.of(batch, parameters)),
    async dispose() {
      await reader.dispose();
      await virtual.dispose();
    },
  };
}

/** The model with other values of some of its weights. */
function withWeights(model: GenerationModel, weights: Parameters): GenerationModel {
  const names = Object.keys(weights);
  if (names.length === 0) return model;
  const { encoder, decoder, decoderWithPast } = model.graphs;
  const known = new Set(
    [encoder, decoder, decoderWithPast].flatMap((graph) =>
      graph === undefined ? [] : modelWeights(graph).map(({ name }) => name),
    ),
  );
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) throw new ConfigError(`The model has no weight "${missing}" to be replaced.`);
  return {
    ...model,
    graphs: {
      encoder: encoder && replaceWeights(encoder, weights),
      decoder: replaceWeights(decoder, weights),
      decoderWithPast: decoderWithPast && replaceWeights(decoderWithPast, weights),
    },
    frozen: { ...model.frozen, graph: replaceWeights(model.frozen.graph, weights) },
  };
}

function startIds({ decoderStartIds }: GenerationIds): readonly number[] {
  if (decoderStartIds === undefined || decoderStartIds.length === 0) {
    throw new ConfigError(
      "It is not known what the decoder reads first; give `generation.decoderStartIds` with the model.",
    );
  }
  return decoderStartIds;
}
