import type { Batch, Parameters, TrainStep } from "@incipit/core";
import { adamw, initialParameters } from "@incipit/trainer";
import type { Case } from "./case.js";

/** What a case's optimizer does: the losses before each step and after the last, and the first gradients. */
export interface Optimized {
  readonly losses: readonly number[];
  readonly gradients: Parameters;
}

/** Trains all that the step trains on one batch, as the case says. */
export async function optimize(
  step: TrainStep,
  batch: Batch,
  { optimizer }: Pick<Case, "optimizer">,
): Promise<Optimized> {
  const { lr, betas, eps, weightDecay, steps } = optimizer;
  const adam = adamw({ beta1: betas[0], beta2: betas[1], epsilon: eps, weightDecay });
  const rates = Object.fromEntries(step.trainable.map((name) => [name, lr]));
  let parameters = initialParameters(step.parameters, 0);
  let state = adam.init(parameters);
  let first: Parameters = {};
  const losses: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const { loss, gradients } = await step.step(batch, parameters);
    losses.push(loss);
    if (i === 0) first = gradients;
    ({ parameters, state } = adam.update({ parameters, gradients, state, rates, step: i }));
  }
  return { losses, gradients: first };
}
