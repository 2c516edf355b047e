import type { Kernel } from "./kernel.js";
import { activations } from "./kernels/activation.js";
import { control } from "./kernels/control.js";
import { convolutions } from "./kernels/convolution.js";
import { elementwise } from "./kernels/elementwise.js";
import { fourier } from "./kernels/fourier.js";
import { indexing } from "./kernels/indexing.js";
import { logic } from "./kernels/logic.js";
import { matmuls } from "./kernels/matmul.js";
import { movement } from "./kernels/movement.js";
import { normalizations } from "./kernels/normalization.js";
import { poolings } from "./kernels/pooling.js";
import { quantization } from "./kernels/quantization.js";
import { reductions } from "./kernels/reduction.js";
import { rotary } from "./kernels/rotary.js";
import { sources } from "./kernels/sources.js";
import { spaces } from "./kernels/space.js";

/** The kernel of every operator that the reference evaluator knows. */
export const kernels: ReadonlyMap<string, Kernel> = new Map<string, Kernel>(
  [
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
  ].flatMap((table) => Object.entries(table)),
);
