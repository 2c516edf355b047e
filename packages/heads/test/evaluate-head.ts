import type { FeatureSpec, Head, HostTensor, NamedTensors, Placement } from "@incipit/core";
import { chooseBackend, fromTfjs, tfjsOps, toTfjs } from "@incipit/tensor/tfjs";

export interface HeadInputs {
  /** `[batch, width]` ones are pooled, `[batch, positions, width]` ones are tokens. */
  readonly features: NamedTensors;
  readonly parameters?: NamedTensors;
  readonly mask?: HostTensor;
  readonly textMask?: HostTensor;
  readonly ids?: HostTensor;
  readonly virtualTokens?: number;
  readonly placement?: Placement;
}

/** A head's outputs, by the TF.js interpreter in plain JavaScript. */
export async function evaluateHead(
  { build }: Pick<Head, "build">,
  inputs: HeadInputs,
): Promise<NamedTensors> {
  const { tf } = await chooseBackend({ backend: "cpu" });
  const load = (tensors: NamedTensors = {}) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toTfjs(tf, tensor)]));
  const { features, parameters, mask, textMask, ids, virtualTokens = 0, placement = "front" } = inputs;
  const outputs = build(tfjsOps(tf), {
    features: load(features),
    featureSpecs: Object.fromEntries(
      Object.entries(features).map(([name, tensor]) => [name, specOf(tensor)]),
    ),
    mask: mask === undefined ? tf.ones([1, 1]) : toTfjs(tf, mask),
    textMask: textMask === undefined ? tf.ones([1, 1]) : toTfjs(tf, textMask),
    ids: ids === undefined ? undefined : toTfjs(tf, ids),
    virtualTokens,
    placement,
    parameters: load(parameters),
  });
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromTfjs(tensor)]));
}

export function specOf({ shape }: HostTensor): FeatureSpec {
  return { kind: shape.length === 2 ? "pooled" : "tokens", width: shape.at(-1)! };
}
