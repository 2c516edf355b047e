import { ConfigError, GraphError } from "@incipit/core";
import { takeRows, tensor, zeros } from "@incipit/tensor";
import type { ModelGraphs } from "../model-graphs.js";
import { findPromptSite } from "../prompt-site.js";
import { startByLength } from "./by-length.js";
import { openSessions, readTexts, readTokens, type Decoder } from "./decoder.js";
import { decodingOf } from "./decoding.js";
import { LAST_POSITION, NEXT_LOGITS, takeVirtualTokens, VIRTUAL_TOKENS } from "./graphs.js";
import type { Reader, ReaderOptions } from "./reader.js";
import { tellsTheSame } from "./tells-the-same.js";
import { textsOf, tokenInputs } from "./token-inputs.js";

export interface DecoderOptions extends ReaderOptions {
  /** Most tokens that the decoder can read of a text. */
  readonly maxLength: number;
}

/**
 * Reads texts with a decoder, virtual tokens among them. With a cache every token is read once; without, all of a text at
 * every step.
 * @throws {GraphError} when the model is no decoder: when what it tells at a token depends on later ones
 */
export async function openDecoder(graphs: ModelGraphs, options: DecoderOptions): Promise<Reader> {
  const { placement, virtualTokens, maxLength } = options;
  const { decoder: graph } = graphs;
  const { dispose, ...sessions } = await openSessions(
    graphs,
    takeVirtualTokens(graph, findPromptSite(graph), placement),
    options.session,
  );
  const rereads = sessions.cached === undefined;
  const decoder: Decoder = { ...options, ...sessions, padding: rereads ? "end" : "before-text", prefix: "" };
  // A cache grows at its end, so that padding comes first. It must count for no position, nor come before a first token
  // that virtual tokens stand behind.
  const takesPadding =
    rereads || (placement === "front" && sessions.whole.inputNames.includes("position_ids"));
  const shortest = placement === "front" && virtualTokens > 0 ? 0 : 1;
  if (rereads && !(await isCausal(decoder))) {
    await dispose();
    throw new GraphError(
      "The model is no decoder: what it tells at a token depends on later tokens. It cannot generate text.",
    );
  }

  return {
    async start(batch, virtual) {
      const texts = textsOf(batch);
      for (const { length } of texts) {
        if (length >= shortest && length <= maxLength) continue;
        throw new ConfigError(
          `A text has ${length} tokens; beside ${virtualTokens} virtual tokens the model takes ${shortest} to ${maxLength}.`,
          { details: { length, shortest, maxLength, virtualTokens } },
        );
      }
      const start = async (rows: readonly number[]) => {
        const ids = rows.map((row) => texts[row] ?? []);
        const state = await readTexts(decoder, ids, { [VIRTUAL_TOKENS]: takeRows(virtual, rows) });
        return decodingOf(state, (before, more) => readTokens(decoder, before, more));
      };
      return takesPadding ? start([...texts.keys()]) : startByLength(texts, start);
    },
    dispose,
  };
}

/** Whether what is told at a token is the same whatever comes behind it. */
async function isCausal(decoder: Decoder): Promise<boolean> {
  const { whole, placeholderId, width } = decoder;
  const texts = [0, 1].map((id) => [placeholderId, id]);
  const { inputs } = tokenInputs(texts, { ...decoder, virtualTokens: 0 });
  const results = await whole.run({
    ...inputs,
    [VIRTUAL_TOKENS]: zeros("float32", [1, 0, width]),
    [LAST_POSITION]: tensor("int64", [2], [0, 0]),
  });
  const logits = Array.from(results[NEXT_LOGITS]?.data ?? [], Number);
  return tellsTheSame(logits.slice(0, logits.length / 2), logits.slice(logits.length / 2));
}
