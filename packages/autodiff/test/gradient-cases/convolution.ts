import type { AttributeLike } from "@incipit/onnx";
import { apply, type Dim, type GradientCase, type GradientCases } from "./case.js";

type Attributes = Readonly<Record<string, AttributeLike>>;

/** x, weights and bias. */
const convolution =
  (opType: string) =>
  (x: readonly Dim[], weight: readonly number[], attributes: Attributes = {}, bias?: number): GradientCase =>
    apply(opType, [x, weight, ...(bias === undefined ? [] : [[bias]])], attributes);

const conv = convolution("Conv");
const convTranspose = convolution("ConvTranspose");

const line = ["s", 4, 7] as const;
const image = ["s", 4, 4, 5] as const;

export const convolutionCases: GradientCases = {
  Conv: [
    conv(line, [3, 4, 3], {}, 3),
    // Sizes that vary: with and without a rest behind the last window.
    conv([2, 2, "s"], [3, 2, 2], { pads: [1, 2] }),
    conv([2, 2, "s"], [3, 2, 2], { strides: [2], pads: [1, 2] }, 3),
    conv([1, 2, "s"], [2, 2, 3], { auto_pad: "SAME_LOWER" }),
    conv(line, [2, 4, 3], { strides: [3] }),
    conv(line, [6, 2, 2], { group: 2, strides: [2], pads: [1, 2], dilations: [3] }, 6),
    conv(line, [4, 1, 3], { group: 4, auto_pad: "SAME_UPPER", strides: [2] }),
    // Patches, as vision transformers cut images into them.
    conv(["s", 3, 4, 6], [5, 3, 2, 2], { strides: [2, 2] }, 5),
    conv(image, [3, 4, 3, 2], { pads: [1, 0, 0, 1], strides: [2, 1], dilations: [1, 2] }),
    conv(image, [4, 2, 2, 2], { group: 2, auto_pad: "VALID" }),
  ],
  ConvTranspose: [
    convTranspose(line, [4, 3, 3], {}, 3),
    convTranspose([2, 2, "s"], [2, 3, 3], { strides: [2], pads: [1, 0], output_padding: [1] }),
    convTranspose(image, [4, 2, 2, 3], { group: 2, strides: [2, 1], pads: [1, 0, 0, 2] }, 4),
  ],
  AveragePool: [
    apply("AveragePool", [line], { kernel_shape: [3], strides: [2] }),
    apply("AveragePool", [[2, 2, "s"]], { kernel_shape: [2], strides: [2], pads: [1, 0] }),
    apply("AveragePool", [image], { kernel_shape: [2, 3], pads: [1, 1, 0, 1], count_include_pad: 1 }),
    apply("AveragePool", [image], { kernel_shape: [2, 2], auto_pad: "SAME_UPPER", strides: [3, 2] }),
  ],
  MaxPool: [
    apply("MaxPool", [line], { kernel_shape: [3], strides: [2], pads: [1, 0] }),
    apply("MaxPool", [[2, 2, "s"]], { kernel_shape: [2] }),
    apply("MaxPool", [image], { kernel_shape: [2, 2], dilations: [2, 1] }),
  ],
};
