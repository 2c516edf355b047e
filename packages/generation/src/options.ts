import {
  ConfigError,
  type GenerationStep,
  type Parameters,
  type Random,
  type Tokenizer,
} from "@incipit/core";
import type { LogitsProcessor } from "./logits.js";

/** What to generate, and how. By default the most probable token follows, until a text ends by itself. */
export interface GenerateOptions {
  /** Of a decoder or an encoder-decoder: `await backbone.generation({ prompt })`. */
  readonly step: GenerationStep;
  readonly tokenizer: Tokenizer;
  /** Texts to go on with; to an encoder-decoder, what its encoder reads. */
  readonly texts: readonly string[];
  /** The prompt's parameters; none without a prompt. */
  readonly parameters?: Parameters;
  /** @default 256, or as many as the model has room for */
  readonly maxNewTokens?: number;
  /** Ids that end a text. @default the step's own */
  readonly endIds?: readonly number[];
  /** Strings that end a text, which then ends before them. */
  readonly stop?: readonly string[];

  /**
   * 0 takes the most probable token; above, tokens are drawn, from flatter distributions the higher it is.
   * @default 0, or 1 with `topK` or `topP`
   */
  readonly temperature?: number;
  /** Draw among so many of the most probable tokens. @default all */
  readonly topK?: number;
  /** Draw among the fewest most probable tokens that have this probability together. @default 1: all */
  readonly topP?: number;
  /** Above 1, tokens that were read before become less probable. @default 1 */
  readonly repetitionPenalty?: number;
  /** Further changes of the logits, made before those of temperature, `topK` and `topP`. */
  readonly processors?: readonly LogitsProcessor[];
  /** What tokens are drawn by; each text draws from a stream of its own. @default a generator with seed 0 */
  readonly random?: Random;

  /** Above 1, search so many continuations at once for the most probable whole text. @default 1 */
  readonly beams?: number;
  /** A beam's score is its log probability over its length to this power: above 0 favours long texts. @default 1 */
  readonly lengthPenalty?: number;
  /**
   * When a beam search ends that has found as many texts as there are beams: at once (`true`), when the best running beam is
   * worse by its present length (`false`), or by the length that suits it best (`"never"`).
   * @default false
   */
  readonly earlyStopping?: boolean | "never";
}

/** Ranges of the numbers among the options, for messages. */
const RANGES: Readonly<Record<string, readonly [condition: (value: number) => boolean, expected: string]>> = {
  maxNewTokens: [isCount, "a whole number of 1 or more"],
  temperature: [(value) => value >= 0 && value < Infinity, "0 or more"],
  topK: [isCount, "a whole number of 1 or more"],
  topP: [(value) => value > 0 && value <= 1, "above 0 and at most 1"],
  repetitionPenalty: [(value) => value > 0 && value < Infinity, "above 0"],
  beams: [isCount, "a whole number of 1 or more"],
  lengthPenalty: [Number.isFinite, "a finite number"],
};

/** @throws {ConfigError} when an option is out of range, or two exclude each other */
export function checkOptions(options: GenerateOptions): void {
  const values = Object.entries(options) as [string, unknown][];
  const problems = values.flatMap(([name, value]) => {
    const range = RANGES[name];
    if (range === undefined || typeof value !== "number" || range[0](value)) return [];
    return [`${name} should be ${range[1]}, it is ${value}`];
  });
  if (options.stop?.includes("") === true) problems.push("a stop string should not be empty");
  if ((options.beams ?? 1) > 1 && temperatureOf(options) > 0) {
    problems.push("beam search draws no tokens; leave out temperature, topK and topP, or beams");
  }
  if (problems.length > 0)
    throw new ConfigError(`generate: ${problems.join("; ")}.`, { details: { problems } });
}

/** The temperature given or by default. */
export function temperatureOf({
  temperature,
  topK,
  topP,
}: Pick<GenerateOptions, "temperature" | "topK" | "topP">): number {
  return temperature ?? ((topK ?? topP) === undefined ? 0 : 1);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
