import { DivergenceError, type HostTensor, type NamedTensors, ShapeError } from "@incipit/core";

/**
 * The rows of one of the tensors, whose numbers are all finite; a vector's are of one number each.
 * @param metric who asks @param what what the tensors are: `outputs`, `batch`
 * @throws {ShapeError} when there is no such tensor of rank 1 or 2 of floats
 * @throws {DivergenceError} when a number is not finite
 */
export function floatRows(
  metric: string,
  what: string,
  tensors: NamedTensors,
  name: string,
): readonly (readonly number[])[] {
  const tensor = tensors[name];
  if (tensor === undefined || !isFloat(tensor) || tensor.shape.length < 1 || tensor.shape.length > 2) {
    const found = tensor === undefined ? "nothing" : `${tensor.dtype}[${tensor.shape.join()}]`;
    throw new ShapeError(
      `${metric}: ${what}.${name} must be floats [batch, width] or [batch], got ${found}.`,
    );
  }
  const { data, shape } = tensor;
  const [batch = 0, width = 1] = shape;
  return Array.from({ length: batch }, (_, row) => {
    const values = Array.from(data.subarray(row * width, (row + 1) * width));
    if (values.every(Number.isFinite)) return values;
    throw new DivergenceError(
      `${metric}: ${what}.${name} is not finite at row ${row} of the batch; the parameters have probably diverged, try a ` +
        `smaller learning rate.`,
      { details: { row } },
    );
  });
}

function isFloat(tensor: HostTensor): tensor is HostTensor<"float32" | "float64"> {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}
