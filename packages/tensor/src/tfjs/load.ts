import { ConfigError, type HostTensor, type NamedTensors, ShapeError, type TargetSpec } from "@incipit/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { formatTensor } from "../host/shape.js";
import { fromTfjs, type TensorFlow, toTfjs } from "./tensors.js";

/** A tensor that must be there; letters in its shape stand for any size. */
export type NamedShape = Pick<TargetSpec, "name" | "shape">;

/**
 * The tensors of these names on TF.js's backend.
 * @param what they are part of, for messages
 * @throws {ConfigError} when some are missing
 * @throws {ShapeError} when one has another shape
 */
export function load(
  tf: TensorFlow,
  what: string,
  specs: readonly NamedShape[],
  tensors: NamedTensors,
): Record<string, Tensor> {
  const missing = specs.flatMap(({ name }) => (tensors[name] === undefined ? [name] : []));
  if (missing.length > 0) {
    throw new ConfigError(
      `tfjsStep: expected ${missing.join(", ")} in the ${what}, got ${Object.keys(tensors).join(", ") || "nothing"}.`,
      { details: { missing } },
    );
  }
  return Object.fromEntries(
    specs.map((spec) => {
      const tensor = tensors[spec.name] as HostTensor;
      checkShape(what, spec, tensor);
      return [spec.name, toTfjs(tf, tensor)];
    }),
  );
}

/** TF.js tensors in host memory. */
export function unload(tensors: Readonly<Record<string, Tensor>>): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, fromTfjs(tensor)]));
}

function checkShape(what: string, { name, shape }: NamedShape, tensor: HostTensor): void {
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => typeof size === "string" || size === tensor.shape[axis]);
  if (!fits) {
    throw new ShapeError(
      `tfjsStep: expected "${name}" in the ${what} to be [${shape.join()}], got ${formatTensor(tensor)}.`,
      { details: { name, expected: shape, shape: tensor.shape } },
    );
  }
}
