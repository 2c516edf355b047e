/** @file The numbers that training starts from where the user gives none. */

export const defaults = {
  virtualTokens: 20,
  epochs: 3,
  batchSize: 32,
  /** In units of the root mean square of the embedding table's rows. */
  promptRate: 0.3,
  headRate: 0.01,
  /** Of modules of the model itself, which know something already. */
  modelRate: 0.001,
  /** Of the contrastive loss. */
  temperature: 0.05,
  /** Tokens that two windows of a context share. */
  stride: 128,
  maxAnswerTokens: 30,
  /** Fraction of all updates. */
  warmup: 0.1,
  /** Largest global norm of an update's gradients. */
  clip: 1,
  seed: 0,
  /** Fraction of the training data that is held out to choose the best parameters by. */
  validation: 0.1,
  /** Where fewer examples than this would be held out, none are: so few say nothing. */
  leastHeldOut: 10,
} as const;

/** Batch size where nothing is trained. */
export const EVALUATION_BATCH = 64;
