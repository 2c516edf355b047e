import { type OptimizerState, type Parameters } from "@incipit/core";

/** What a run's result depends on, option by option; what is not set is undefined or absent. */
export type Identity = Readonly<Record<string, string | number | boolean | undefined>>;

/** Metrics of an evaluation, and after which update it was made. */
export interface Evaluated {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Everything that the rest of a run depends on. */
export interface TrainingState {
  /** Updates done; with the options, this says which batch comes next. */
  readonly step: number;
  readonly parameters: Parameters;
  readonly optimizer: OptimizerState;
  /** The latest evaluation. */
  readonly evaluated: Evaluated | undefined;
  readonly best: (Evaluated & { readonly parameters: Parameters }) | undefined;
  /** Evaluations since the best. */
  readonly sinceBest: number;
  /** Whether the warning about a single predicted class was given. */
  readonly warnedOfOneClass: boolean;
  /** The options of the run. */
  readonly identity: Identity;
}
