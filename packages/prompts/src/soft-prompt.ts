import { ConfigError, ShapeError, type Placement, type PromptModule } from "@incipit/core";
import { equalShapes, formatTensor } from "@incipit/tensor";
import { named } from "@incipit/tensor";
import type { PromptInit } from "./init/initializer.js";
import { fromVocabulary } from "./init/vocabulary.js";

/** How many virtual tokens, where, and from what they start. */
export interface SoftPromptOptions {
  /** How many virtual tokens to learn. @default 20 */
  readonly virtualTokens?: number;
  /** What they start from. @default fromVocabulary() */
  readonly init?: PromptInit;
  /** Where they stand. @default the backbone's choice */
  readonly placement?: Placement;
}

/** The parameter that holds the virtual tokens, `[virtualTokens, width]`. */
export const PROMPT_EMBEDDINGS = "prompt.embeddings";

/**
 * Virtual tokens learned directly: a matrix `[virtualTokens, width]` that stands among the embedded tokens. Its learning
 * rate is measured in units of the embedding table's root mean square.
 * Parameter: `prompt.embeddings` `[virtualTokens, width]`.
 *
 * Its `parameters` throw a `ConfigError` when the virtual tokens leave no room for text, and a `ShapeError` when `init`
 * gives another shape.
 * @throws {ConfigError} when `virtualTokens` is no positive integer
 * @see Lester et al. 2021, arXiv:2104.08691, section 2
 *
 * @example
 * softPrompt({ virtualTokens: 20, init: fromText("Is this message spam?") });
 */
export function softPrompt(options: SoftPromptOptions = {}): PromptModule {
  const { virtualTokens = 20, init = fromVocabulary(), placement } = options;
  if (!Number.isInteger(virtualTokens) || virtualTokens < 1) {
    throw new ConfigError(`softPrompt: expected a positive number of virtual tokens, got ${virtualTokens}.`);
  }
  return {
    virtualTokens,
    placement,
    config: { type: "soft-prompt", virtualTokens, ...(placement === undefined ? {} : { placement }) },
    parameters({ name, embeddings, tokenizer, maxLength }) {
      if (virtualTokens >= maxLength) {
        throw new ConfigError(
          `softPrompt: ${virtualTokens} virtual tokens leave no room for text in the ${maxLength} tokens that ` +
            `"${name}" takes; learn fewer.`,
        );
      }
      const shape = [virtualTokens, embeddings.width];
      return [
        {
          name: PROMPT_EMBEDDINGS,
          shape,
          group: "prompt",
          learningRateScale: embeddings.rms,
          initialize(random) {
            const prompt = init({ virtualTokens, embeddings, tokenizer, random });
            if (!equalShapes(prompt.shape, shape)) {
              throw new ShapeError(
                `softPrompt: expected the initialiser to give float32[${shape.join()}], got ${formatTensor(prompt)}.`,
              );
            }
            return prompt;
          },
        },
      ];
    },
    build: (_, { parameters }) => named(parameters, PROMPT_EMBEDDINGS),
  };
}
