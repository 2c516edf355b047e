import { ConfigError, type Batch, type Parameters, type TrainStep } from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { adamw, initialParameters } from "@incipit/trainer";
import { type Compared, difference, summarize } from "./difference.js";

/** The same step in another arithmetic. */
export interface Variant {
  readonly name: string;
  readonly step: TrainStep;
}

/** How a variant did over all batches. */
export interface Comparison extends ReturnType<typeof summarize> {
  readonly name: string;
}

/**
 * The error of each variant's loss and prompt gradient against the reference's, batch by batch along the reference's training: each
 * batch is one update, made by the reference alone, so that gradients are compared where training passes and not only where it starts.
 */
export async function compareGradients(
  reference: TrainStep,
  variants: readonly Variant[],
  {
    batches,
    rates,
    seed,
  }: {
    readonly batches: readonly Batch[];
    /** Learning rates by group, in units of each parameter's scale. */
    readonly rates: { readonly prompt: number; readonly head: number };
    readonly seed: number;
  },
): Promise<readonly Comparison[]> {
  const optimizer = adamw();
  const perParameter = Object.fromEntries(
    reference.parameters.map(({ name, group, learningRateScale }) => [
      name,
      (group === "prompt" ? rates.prompt : rates.head) * learningRateScale,
    ]),
  );
  const initial = initialParameters(reference.parameters, seed);
  let current: { parameters: Parameters; state: Parameters } = {
    parameters: initial,
    state: optimizer.init(initial),
  };
  const differences = variants.map(({ name }) => ({ name, found: [] as ReturnType<typeof difference>[] }));
  for (const [step, batch] of batches.entries()) {
    const result = await reference.step(batch, current.parameters);
    for (const [i, variant] of variants.entries()) {
      const actual = compared(await variant.step.step(batch, current.parameters));
      differences[i]?.found.push(difference(actual, compared(result)));
    }
    current = optimizer.update({ ...current, gradients: result.gradients, rates: perParameter, step });
  }
  return differences.map(({ name, found }) => ({ name, ...summarize(found) }));
}

function compared({ loss, gradients }: Awaited<ReturnType<TrainStep["step"]>>): Compared {
  const gradient = gradients[PROMPT_EMBEDDINGS]?.data;
  if (gradient === undefined) throw new ConfigError("The step trains no prompt.");
  return { loss, gradient };
}
