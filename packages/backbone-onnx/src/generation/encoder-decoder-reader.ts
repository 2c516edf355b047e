import { GraphError, type Batch, type NamedTensors } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { createSession, type Session } from "@incipit/runtime";
import type { EncoderDecoderGraphs } from "../encoder-decoder.js";
import { isCache } from "../fixed-inputs.js";
import { findPromptSite } from "../prompt-site.js";
import { cacheLayout } from "./cache.js";
import { readTexts, readTokens, type Decoder } from "./decoder.js";
import { decodingOf } from "./decoding.js";
import { readNextLogits, takeVirtualTokens, VIRTUAL_TOKENS } from "./graphs.js";
import type { Reader, ReaderOptions } from "./reader.js";
import { textsOf, tokenInputs } from "./token-inputs.js";

export interface EncoderDecoderOptions extends ReaderOptions {
  /** What a decoder reads before it tells its first token. */
  readonly decoderStartIds: readonly number[];
}

/** An encoder and a decoder, ready to run. */
interface Parts {
  /** What the decoder takes of the encoder, a row for each text. */
  readonly encode: (inputs: NamedTensors) => Promise<NamedTensors>;
  readonly decoder: Decoder;
  readonly sessions: readonly Session[];
}

/** Reads texts with an encoder, virtual tokens among them, and goes on with a decoder. */
export async function openEncoderDecoder(
  graphs: Graph | EncoderDecoderGraphs,
  options: EncoderDecoderOptions,
): Promise<Reader> {
  const { encode, decoder, sessions } = await ("encoder" in graphs
    ? openFiles(graphs, options)
    : openSingle(graphs, options));
  return {
    async start(batch, virtual) {
      const texts = textsOf(batch);
      const { inputs } = tokenInputs(texts, { ...options, padding: "end" });
      const encoded = await encode({ ...inputs, [VIRTUAL_TOKENS]: virtual });
      const state = await readTexts(decoder, decoderTexts(batch, texts.length, options), encoded);
      return decodingOf(state, (before, more) => readTokens(decoder, before, more));
    },
    async dispose() {
      for (const session of sessions) await session.dispose();
    },
  };
}

/** Encoder and decoder as files of their own: the encoder runs once. */
async function openFiles(graphs: EncoderDecoderGraphs, options: EncoderDecoderOptions): Promise<Parts> {
  const { encoder, decoder, decoderWithPast } = graphs;
  const encoding = await createSession(
    takeVirtualTokens(encoder, findPromptSite(encoder), options.placement),
    options.session,
  );
  const whole = await createSession(readNextLogits(decoder), options.session);
  const reading = decoder.inputs.some(isCache) ? decoder : decoderWithPast;
  const layout = reading && cacheLayout(reading, decoder);
  const states = encoder.outputs[0]?.name ?? "";
  const session =
    reading === undefined || reading === decoder
      ? whole
      : await createSession(readNextLogits(reading), options.session);
  return {
    encode: async (inputs) => {
      const { [states]: hidden } = await encoding.run(inputs, [states]);
      const { attention_mask: mask } = inputs;
      if (hidden === undefined || mask === undefined) throw new GraphError("The encoder gave no states.");
      return { encoder_hidden_states: hidden, encoder_attention_mask: mask };
    },
    decoder: { ...ofDecoder(options), whole, prefix: "", ...(layout && { cached: { session, layout } }) },
    sessions: [encoding, ...new Set([whole, session])],
  };
}

/** Both in one graph, which runs as a whole at every step. */
async function openSingle(graph: Graph, options: EncoderDecoderOptions): Promise<Parts> {
  const whole = await createSession(
    readNextLogits(takeVirtualTokens(graph, findPromptSite(graph), options.placement)),
    options.session,
  );
  return {
    encode: (inputs) => Promise.resolve(inputs),
    decoder: { ...ofDecoder(options), whole, prefix: "decoder_" },
    sessions: [whole],
  };
}

/** The decoder's own texts have neither virtual tokens nor padding. */
function ofDecoder(options: EncoderDecoderOptions) {
  return { ...options, virtualTokens: 0, placement: "front", padding: "end" } as const;
}

function decoderTexts({ decoder_input_ids: given }: Batch, texts: number, options: EncoderDecoderOptions) {
  return given === undefined
    ? Array.from({ length: texts }, () => options.decoderStartIds)
    : textsOf({ input_ids: given });
}
