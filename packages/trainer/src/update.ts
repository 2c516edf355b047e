import { DivergenceError, type Batch, type Parameters, type StepEvent, type StepResult } from "@incipit/core";
import { accumulate, clipByGlobalNorm, type Contribution } from "./gradients.js";
import { type Plan } from "./plan.js";
import { type TrainingState } from "./state.js";
import { type UpdateBatches } from "./update-batches.js";
import { allFinite } from "./vectors.js";

/**
 * One update of the parameters.
 * @throws {DivergenceError} when the loss, a gradient or a new value is not a finite number
 */
export async function makeUpdate(
  plan: Plan,
  state: TrainingState,
  { epoch, batches }: UpdateBatches,
): Promise<{ readonly state: TrainingState; readonly event: StepEvent }> {
  const { loss, gradients } = await addUp(plan, state.parameters, batches);
  const clipped = clipByGlobalNorm(gradients, plan.clipNorm ?? Infinity);
  // Finite float32 values have a finite sum of squares: the norm tells of all gradients.
  if (!Number.isFinite(loss) || !Number.isFinite(clipped.norm)) {
    throw brokenStep(plan, state.step, epoch, loss, gradients);
  }
  const rate = plan.schedule(state.step, plan.totalSteps);
  const next = plan.optimizer.update({
    parameters: state.parameters,
    gradients: clipped.gradients,
    state: state.optimizer,
    rates: Object.fromEntries(Object.entries(plan.rates).map(([name, own]) => [name, own * rate])),
    step: state.step,
  });
  const overflow = nonFinite(next.parameters);
  if (overflow !== undefined)
    throw diverged(plan, state.step, epoch, `parameter "${overflow}" left the finite numbers`);

  return {
    state: { ...state, step: state.step + 1, parameters: next.parameters, optimizer: next.state },
    event: {
      type: "step",
      step: state.step + 1,
      totalSteps: plan.totalSteps,
      epoch,
      loss,
      gradientNorm: clipped.norm,
      rate,
      examples: batches.reduce((sum, batch) => sum + examplesOf(batch), 0),
    },
  };
}

async function addUp(
  { step }: Plan,
  parameters: Parameters,
  batches: readonly Batch[],
): Promise<Contribution> {
  const results: Contribution[] = [];
  for (const batch of batches) {
    const { loss, count, gradients }: StepResult = await step.step(batch, parameters);
    results.push({ loss, count, gradients });
  }
  return accumulate(results);
}

function examplesOf(batch: Batch): number {
  return Object.values(batch)[0]?.shape[0] ?? 0;
}

function brokenStep(
  plan: Plan,
  step: number,
  epoch: number,
  loss: number,
  gradients: Parameters,
): DivergenceError {
  const broken = nonFinite(gradients);
  const faults = [
    ...(Number.isFinite(loss) ? [] : [`the loss is ${loss}`]),
    ...(broken === undefined ? [] : [`the gradient of "${broken}" is not finite`]),
  ];
  return diverged(plan, step, epoch, faults.join(" and "), broken);
}

/** The first tensor with a NaN or an infinity. */
function nonFinite(tensors: Parameters): string | undefined {
  return Object.entries(tensors).find(([, tensor]) => !allFinite(tensor))?.[0];
}

function diverged(
  plan: Plan,
  step: number,
  epoch: number,
  fault: string,
  parameter?: string,
): DivergenceError {
  const rates = Object.entries(plan.learningRates).map(([group, rate]) => `${group} ${rate}`);
  const clip = plan.clipNorm === undefined ? "set clipNorm: 1" : `lower clipNorm (${plan.clipNorm})`;
  const kept = plan.checkpoint
    ? ` The last checkpoint in ${plan.checkpoint.store.location} is untouched.`
    : "";
  return new DivergenceError(
    `Training diverged at update ${step + 1} of ${plan.totalSteps} (epoch ${epoch + 1}): ${fault}. ` +
      `Lower the learning rates (${rates.join(", ")}), lengthen the warm-up, or ${clip}.${kept}`,
    { details: { step: step + 1, epoch, parameter } },
  );
}
