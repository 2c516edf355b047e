import type { GradientCases } from "./case.js";
import { elementwiseCases } from "./elementwise.js";
import { indexingCases, normalizationCases } from "./indexing.js";
import { matmulCases } from "./matmul.js";
import { movementCases } from "./movement.js";
import { reductionCases } from "./reduction.js";

/** At least one case for every operator that has a rule. */
export const gradientCases: GradientCases = {
  ...elementwiseCases,
  ...matmulCases,
  ...movementCases,
  ...indexingCases,
  ...normalizationCases,
  ...reductionCases,
};

export type { GradientCase } from "./case.js";
