import type { PromptModule } from "@incipit/core";
import { initializers, named } from "@incipit/tensor";

/** Virtual tokens as a product of two thin matrices: `P = A B`, A `[virtualTokens, rank]`, B `[rank, width]`. */
export function lowRankPrompt(virtualTokens: number, rank: number): PromptModule {
  const matrix = (name: string, shape: readonly number[], std: number, learningRateScale: number) =>
    ({
      name,
      shape,
      group: "prompt",
      learningRateScale,
      initialize: (random) => initializers.normal({ std })(random, shape),
    }) as const satisfies ReturnType<PromptModule["parameters"]>[number];
  return {
    virtualTokens,
    parameters: ({ embeddings: { width, rms } }) => [
      matrix("prompt.a", [virtualTokens, rank], 1 / Math.sqrt(rank), 1),
      matrix("prompt.b", [rank, width], rms, rms),
    ],
    build: (ops, { parameters }) => ops.matmul(named(parameters, "prompt.a"), named(parameters, "prompt.b")),
  };
}
