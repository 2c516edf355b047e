import { tensor } from "@incipit/tensor";
import type { GradientCase, GradientCases } from "./case.js";

interface Form {
  readonly shape: (s: number) => readonly number[];
  readonly axis: number;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** @param opset in which the axis is an attribute, or an input */
const dft = (name: string, { shape, axis, attributes = {} }: Form, opset: 18 | 20 = 18): GradientCase => ({
  name: `${name}, opset ${opset}`,
  opset,
  inputs: (random, s) => ({ x: random.normal(shape(s)) }),
  build: (g, { x = "" }) =>
    g.opset < 20
      ? g.op("DFT", [x], { ...attributes, axis })
      : g.op("DFT", [x, "", g.initializer(tensor("int64", [], [axis]))], attributes),
});

const real: Form = { shape: (s) => [2, s, 1], axis: 1 };
const complex: Form = { shape: (s) => [2, 3, s, 2], axis: 2 };

export const fourierCases: GradientCases = {
  DFT: [
    dft("of real numbers", real),
    dft("of six real numbers, half of them kept", {
      shape: (s) => [s, 6, 1],
      axis: 1,
      attributes: { onesided: 1 },
    }),
    dft("of complex numbers", complex),
    dft("of complex numbers, inverse", { ...complex, attributes: { inverse: 1 } }),
    dft("along another axis", { ...complex, axis: 1 }, 20),
    dft("along the last axis", { ...complex, axis: -2 }, 20),
    dft(
      "of five real numbers, half of them kept",
      { shape: (s) => [s, 5, 1], axis: 1, attributes: { onesided: 1 } },
      20,
    ),
  ],
};
