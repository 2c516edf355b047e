/** @file The discrete Fourier transform. */
import { intAttribute } from "@incipit/onnx";
import { input, unsupported, type KernelTable } from "../kernel.js";
import { at, axisOf, build, dimOf } from "../tensor.js";

export const fourier = {
  /** y_k = Σ_n x_n exp(∓2πi·kn/N), the inverse over N; the last axis holds real and imaginary part, or the real one alone. */
  DFT: (call) => {
    const x = input(call, 0);
    if (call.inputs[1] !== undefined) throw unsupported(call, "a length of its own");
    const given = call.inputs[2]?.data[0];
    const axis = axisOf(given ?? intAttribute(call.node, "axis", 1), x.shape.length);
    const inverse = intAttribute(call.node, "inverse", 0) === 1;
    const length = dimOf(x, axis);
    const kept = intAttribute(call.node, "onesided", 0) === 1 ? Math.floor(length / 2) + 1 : length;
    const isReal = dimOf(x, -1) === 1;
    return build(x.dtype, x.shape.with(axis, kept).with(-1, 2), (index) => {
      let sum = 0;
      for (let n = 0; n < length; n++) {
        const angle = ((inverse ? 2 : -2) * Math.PI * n * (index[axis] as number)) / length;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const from = index.with(axis, n);
        const re = at(x, from.with(-1, 0));
        const im = isReal ? 0 : at(x, from.with(-1, 1));
        sum += index.at(-1) === 0 ? re * cos - im * sin : re * sin + im * cos;
      }
      return inverse ? sum / length : sum;
    });
  },
} satisfies KernelTable;
