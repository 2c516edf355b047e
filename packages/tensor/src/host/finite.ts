import { DivergenceError, type HostTensor } from "@incipit/core";
import { formatTensor } from "./shape.js";

/**
 * Pass on a tensor all of whose elements are finite numbers.
 * @param name what the message calls the tensor
 * @throws {DivergenceError} at the first NaN or infinity
 */
export function assertFinite<T extends HostTensor<"float32" | "float64">>(tensor: T, name: string): T {
  const index = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new DivergenceError(
      `${name}, ${formatTensor(tensor)}, has ${tensor.data[index]} at index ${index}, expected finite numbers; ` +
        `lower the learning rate, or clip gradients.`,
      { details: { name, index } },
    );
  }
  return tensor;
}
