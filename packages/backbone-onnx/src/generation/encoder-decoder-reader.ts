import { GraphError, type Batch, type NamedTensors } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { createSession } from "@incipit/runtime";
import type { ModelGraphs } from "../model-graphs.js";
import { findPromptSite } from "../prompt-site.js";
import { openSessions, readTexts, readTokens, type Decoder, type DecoderSessions } from "./decoder.js";
import { decodingOf } from "./decoding.js";
import { takeVirtualTokens, VIRTUAL_TOKENS } from "./graphs.js";
import type { Reader, ReaderOptions } from "./reader.js";
import { textsOf, tokenInputs } from "./token-inputs.js";

export interface EncoderDecoderOptions extends ReaderOptions {
  /** What a decoder reads before it tells its first token. */
  readonly decoderStartIds: readonly number[];
}

/** An encoder and a decoder, ready to run. */
interface Parts extends DecoderSessions {
  /** What the decoder takes of the encoder, a row for each text. */
  readonly encode: (inputs: NamedTensors) => Promise<NamedTensors>;
  readonly prefix: Decoder["prefix"];
}

/** Reads texts with an encoder, virtual tokens among them, and goes on with a decoder. */
export async function openEncoderDecoder(
  { encoder, ...graphs }: ModelGraphs,
  options: EncoderDecoderOptions,
): Promise<Reader> {
  const { encode, dispose, ...sessions } = await (encoder === undefined
    ? openSingle(graphs, options)
    : openBoth(encoder, graphs, options));
  // The decoder's own texts have neither virtual tokens nor padding.
  const decoder: Decoder = { ...options, ...sessions, virtualTokens: 0, placement: "front", padding: "end" };
  return {
    async start(batch, virtual) {
      const texts = textsOf(batch);
      const { inputs } = tokenInputs(texts, { ...options, padding: "end" });
      const encoded = await encode({ ...inputs, [VIRTUAL_TOKENS]: virtual });
      const state = await readTexts(decoder, decoderTexts(batch, texts.length, options), encoded);
      return decodingOf(state, (before, more) => readTokens(decoder, before, more));
    },
    dispose,
  };
}

/** Encoder and decoder as graphs of their own: the encoder runs once. */
async function openBoth(encoder: Graph, graphs: ModelGraphs, options: EncoderDecoderOptions): Promise<Parts> {
  const encoding = await createSession(
    takeVirtualTokens(encoder, findPromptSite(encoder), options.placement),
    options.session,
  );
  const states = encoder.outputs[0]?.name ?? "";
  const { dispose, ...decoding } = await openSessions(graphs, graphs.decoder, options.session);
  return {
    ...decoding,
    prefix: "",
    encode: async (inputs) => {
      const { [states]: hidden } = await encoding.run(inputs, [states]);
      const { attention_mask: mask } = inputs;
      if (hidden === undefined || mask === undefined) throw new GraphError("The encoder gave no states.");
      return { encoder_hidden_states: hidden, encoder_attention_mask: mask };
    },
    dispose: async () => {
      await encoding.dispose();
      await dispose();
    },
  };
}

/** Both in one graph, which runs as a whole at every step. */
async function openSingle(graphs: ModelGraphs, options: EncoderDecoderOptions): Promise<Parts> {
  const { decoder } = graphs;
  const whole = takeVirtualTokens(decoder, findPromptSite(decoder), options.placement);
  const decoding = await openSessions(graphs, whole, options.session);
  return { ...decoding, prefix: "decoder_", encode: (inputs) => Promise.resolve(inputs) };
}

function decoderTexts({ decoder_input_ids: given }: Batch, texts: number, options: EncoderDecoderOptions) {
  return given === undefined
    ? Array.from({ length: texts }, () => options.decoderStartIds)
    : textsOf({ input_ids: given });
}
