import type { Kernel } from "./kernel.js";
import { activations } from "./kernels/activation.js";
import { control } from "./kernels/control.js";
import { convolutions } from "./kernels/convolution.js";
import { elementwise } from "./kernels/elementwise.js";
import { indexing } from "./kernels/indexing.js";
import { logic } from "./kernels/logic.js";
import { matmuls } from "./kernels/matmul.js";
import { movement } from "./kernels/movement.js";
import { normalizations } from "./kernels/normalization.js";
import { quantization } from "./kernels/quantization.js";
import { reductions } from "./kernels/reduction.js";
import { sources } from "./kernels/sources.js";

/** The kernel of every operator that the reference evaluator knows. */
export const kernels: ReadonlyMap<string, Kernel> = new Map<string, Kernel>(
  [
    activations,
    control,
    convolutions,
    elementwise,
    indexing,
    logic,
    matmuls,
    movement,
    normalizations,
    quantization,
    reductions,
    sources,
  ].flatMap((table) => Object.entries(table)),
);
