import { type Parameters, type ParameterSpec } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";

/** Every parameter's initial value, each drawn from its own stream of the seed: adding one leaves the others as they are. */
export function initialParameters(specs: readonly ParameterSpec[], seed: number): Parameters {
  const random = seededRandom(seed);
  return Object.fromEntries(specs.map((spec) => [spec.name, spec.initialize(random.stream(spec.name))]));
}
