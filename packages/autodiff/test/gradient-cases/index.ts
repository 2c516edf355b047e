import type { GradientCases } from "./case.js";
import { activationCases } from "./activations.js";
import { convolutionCases } from "./convolution.js";
import { elementwiseCases } from "./elementwise.js";
import { fourierCases } from "./fourier.js";
import { indexingCases } from "./indexing.js";
import { matmulCases } from "./matmul.js";
import { movementCases } from "./movement.js";
import { normalizationCases } from "./normalization.js";
import { quantizationCases } from "./quantization.js";
import { reductionCases } from "./reduction.js";
import { rotaryCases } from "./rotary.js";
import { spaceCases } from "./space.js";

/** At least one case for every operator that has a rule. */
export const gradientCases: GradientCases = {
  ...elementwiseCases,
  ...activationCases,
  ...matmulCases,
  ...movementCases,
  ...indexingCases,
  ...normalizationCases,
  ...reductionCases,
  ...convolutionCases,
  ...spaceCases,
  ...rotaryCases,
  ...fourierCases,
  ...quantizationCases,
};

export type { GradientCase } from "./case.js";
