import type { Decoding } from "@incipit/core";
import { collateText } from "@incipit/data";
import { seededRandom } from "@incipit/tensor";
import { beamSearch } from "./beam-search.js";
import { drawn, mostProbable } from "./choose.js";
import { logitsOf, type LogitsProcessor, repetitionPenalty, temperature, topK, topP } from "./logits.js";
import { checkOptions, type GenerateOptions, temperatureOf } from "./options.js";
import { pieceWriter, type EndReason, type Piece } from "./piece.js";

/** Without `maxNewTokens`. */
const MAX_NEW_TOKENS = 256;

/** A generated text. */
export interface GeneratedText {
  /** Its new tokens, an end token included. */
  readonly ids: readonly number[];
  readonly text: string;
  readonly end: EndReason;
}

/**
 * Generates texts, piece by piece as their tokens come. Texts that have ended cost nothing more. Leaving the loop ends the
 * generation. A beam search knows a text only as a whole, and gives it in one piece.
 * @throws {ConfigError} when an option is out of range, or a text too long for the model
 *
 * @example
 * for await (const { text } of generate({ step, tokenizer, parameters, texts: ["Once upon a time"] })) {
 *   process.stdout.write(text);
 * }
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<Piece, void, undefined> {
  checkOptions(options);
  const { step, tokenizer, texts, parameters = {}, maxNewTokens = MAX_NEW_TOKENS, beams = 1 } = options;
  if (texts.length === 0) return;
  const encodings = texts.map((text) => tokenizer.encode(text));
  const start = await step.start(collateText(encodings, { padId: tokenizer.padId }), parameters);
  const run: Run = {
    ...options,
    start,
    endIds: new Set(options.endIds ?? step.endIds),
    // The last token need not be read.
    limits: start.ids.map((ids) => Math.min(maxNewTokens, step.maxLength - ids.length + 1)),
  };
  yield* beams > 1 ? searched(run, beams) : stepwise(run);
}

/** Generates texts to their ends. @throws {ConfigError} as `generate` does */
export async function generateTexts(options: GenerateOptions): Promise<readonly GeneratedText[]> {
  const texts = options.texts.map((): GeneratedText => ({ ids: [], text: "", end: "length" }));
  for await (const { index, ids, text, end = "length" } of generate(options)) {
    const before = texts[index];
    if (before) texts[index] = { ids: [...before.ids, ...ids], text: before.text + text, end };
  }
  return texts;
}

/** Options and what came of them. */
interface Run extends Omit<GenerateOptions, "endIds"> {
  readonly start: Decoding;
  readonly endIds: ReadonlySet<number>;
  /** Most new tokens of each text. */
  readonly limits: readonly number[];
}

/** Token by token, each the most probable or drawn. */
async function* stepwise(run: Run): AsyncGenerator<Piece, void, undefined> {
  const { random = seededRandom(0) } = run;
  const heat = temperatureOf(run);
  const processors = [
    ...shared(run),
    ...(heat > 0 ? [temperature(heat)] : []),
    ...(run.topK === undefined ? [] : [topK(run.topK)]),
    ...(run.topP === undefined ? [] : [topP(run.topP)]),
  ];
  let decoding = run.start;
  // Streams of their own make a text independent of those that it is generated with.
  let active = decoding.ids.map((_, index) => ({
    write: writerOf(run, index),
    random: random.stream(String(index)),
  }));
  while (active.length > 0) {
    const { ids } = decoding;
    const pieces = active.map((text, row) => {
      const processed = processors.reduce(
        (values, process) => process(values, ids[row] ?? []),
        logitsOf(decoding, row),
      );
      return text.write(heat > 0 ? drawn(processed, text.random) : mostProbable(processed));
    });
    yield* pieces;
    const rows = [...pieces.keys()].filter((row) => pieces[row]?.end === undefined);
    active = active.filter((_, row) => rows.includes(row));
    if (rows.length > 0)
      decoding = await decoding.select(rows).next(rows.flatMap((row) => pieces[row]?.ids ?? []));
  }
}

/** Whole texts, the most probable that a beam search finds. */
async function* searched(run: Run, beams: number): AsyncGenerator<Piece, void, undefined> {
  const { start, endIds, limits, stop = [], lengthPenalty = 1, earlyStopping = false } = run;
  const written = (index: number, ids: readonly number[]): Piece => {
    const pieces = ids.map(writerOf(run, index));
    const end = pieces.at(-1)?.end;
    return { index, ids, text: pieces.map(({ text }) => text).join(""), ...(end && { end }) };
  };
  const texts = beamSearch(start, {
    ...{ beams, lengthPenalty, earlyStopping, processors: shared(run), endIds, limits },
    stops: (index, ids) => stop.length > 0 && written(index, ids).end === "stop-string",
  });
  for await (const { index, ids } of texts) yield written(index, ids);
}

/** What is done to logits however a token is chosen by them. */
function shared({ repetitionPenalty: penalty = 1, processors = [] }: Run): readonly LogitsProcessor[] {
  return penalty === 1 ? processors : [repetitionPenalty(penalty), ...processors];
}

function writerOf(
  { start, tokenizer, endIds, limits, stop = [] }: Run,
  index: number,
): (id: number) => Piece {
  const [context = [], limit = 1] = [start.ids[index], limits[index]];
  return pieceWriter({ index, tokenizer, context, endIds, stop, limit });
}
