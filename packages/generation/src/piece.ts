import type { Tokenizer } from "@incipit/core";
import { stopStrings } from "./stop-strings.js";
import { textStream } from "./text-stream.js";

/** Why a text ended: by an end token, before a stop string, or because it is as long as it may be. */
export type EndReason = "end-token" | "stop-string" | "length";

/** What one or more tokens add to a text. */
export interface Piece {
  /** Which of the texts. */
  readonly index: number;
  /** The tokens, an end token included. */
  readonly ids: readonly number[];
  /** What they add; it may be empty, as a character of several tokens comes with its last. */
  readonly text: string;
  /** On a text's last piece. */
  readonly end?: EndReason;
}

/** What a text's pieces are made with. */
export interface WriterOptions {
  readonly index: number;
  readonly tokenizer: Tokenizer;
  /** What the decoder has read before. */
  readonly context: readonly number[];
  readonly endIds: ReadonlySet<number>;
  readonly stop: readonly string[];
  /** Most tokens. */
  readonly limit: number;
}

/** Makes pieces of a text's tokens, one by one, up to its end. */
export function pieceWriter(options: WriterOptions): (id: number) => Piece {
  const { index, tokenizer, context, endIds, stop, limit } = options;
  const stream = textStream(tokenizer, context);
  const stops = stopStrings(stop);
  let written = 0;
  return (id) => {
    written++;
    const ended = endIds.has(id);
    const last = ended || written === limit;
    const decoded = (ended ? "" : stream.push(id)) + (last ? stream.flush() : "");
    const { text, stopped } = stops.push(decoded);
    if (stopped) return { index, ids: [id], text, end: "stop-string" };
    if (!last) return { index, ids: [id], text };
    return { index, ids: [id], text: text + stops.flush(), end: ended ? "end-token" : "length" };
  };
}
