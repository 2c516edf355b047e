import type { Parameters } from "./host-tensor.js";

/** Optimizer state: named tensors only, so that a checkpoint can hold it without knowing the optimizer. */
export type OptimizerState = Parameters;

/** A pair of pure functions over parameter records. */
export interface Optimizer {
  init(parameters: Parameters): OptimizerState;
  /**
   * @param rates learning rate of each parameter, by name: schedule × group rate × the parameter's own scale
   * @param step number of updates done before this one
   * @returns new parameters and state; parameters without a gradient are passed through unchanged
   */
  update(args: {
    readonly parameters: Parameters;
    readonly gradients: Parameters;
    readonly state: OptimizerState;
    readonly rates: Readonly<Record<string, number>>;
    readonly step: number;
  }): { readonly parameters: Parameters; readonly state: OptimizerState };
}

/** Multiplier of the learning rate, as a function of the step (from 0) and the total number of steps. */
export type Schedule = (step: number, totalSteps: number) => number;
