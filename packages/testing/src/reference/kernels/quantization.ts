/** @file Quantized tensors. */
import { intAttribute } from "@incipit/onnx";
import { input, unsupported, type KernelTable } from "../kernel.js";
import { axisOf, map, reshape, scalar, type Tensor } from "../tensor.js";

export const quantization = {
  /** (x − zero point) · scale, with one scale for the tensor or one per position on an axis. */
  DequantizeLinear: (call) => {
    const [x, scale] = [input(call, 0), input(call, 1)];
    if (intAttribute(call.node, "block_size", 0) !== 0) {
      throw unsupported(call, "one scale per block");
    }
    const axis = axisOf(intAttribute(call.node, "axis", 1), Math.max(2, x.shape.length));
    const alongAxis = (values: Tensor) =>
      values.shape.length === 0
        ? values
        : reshape(values, [...values.shape, ...x.shape.slice(axis + 1).map(() => 1)]);
    const zeroPoint = call.inputs[2] ?? scalar(x.dtype, 0);
    return map(scale.dtype, [x, alongAxis(scale), alongAxis(zeroPoint)], (q, s, z) => (q - z) * s);
  },
} satisfies KernelTable;
