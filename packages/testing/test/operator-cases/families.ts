import type { OperatorCase } from "../operator-case.js";
import { control } from "./control.js";
import { activations, elementwise } from "./elementwise.js";
import { fourier } from "./fourier.js";
import { indexing } from "./indexing.js";
import { logic, sources } from "./logic.js";
import { convolutions, matmuls } from "./matmul.js";
import { movement } from "./movement.js";
import { normalizations } from "./normalization.js";
import { quantization } from "./quantization.js";
import { reductions } from "./reduction.js";
import { poolings, rotary, spaces } from "./spatial.js";

/** Cases for every kernel of the reference evaluator, by family. */
export const families: Readonly<Record<string, readonly OperatorCase[]>> = {
  activations,
  control,
  convolutions,
  elementwise,
  fourier,
  indexing,
  logic,
  matmuls,
  movement,
  normalizations,
  poolings,
  quantization,
  reductions,
  rotary,
  sources,
  spaces,
};
