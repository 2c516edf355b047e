/** What can be left out when graphs are made fast, for measuring what each is worth. */
export const PASSES = ["fusion", "selections", "prefix"] as const;

/** How graphs are made fast. */
export interface OptimizationOptions {
  /**
   * What products with frozen matrices are computed in. `int8` is faster where the processor has instructions for it, and
   * approximate: weights, activations and cotangents are rounded to 8 bits.
   * @default as the model comes: "int8" for one that is quantised to 8 bits, its own arithmetic forward; else "fp32"
   */
  readonly precision?: "fp32" | "int8";
  /** Passes to leave out. */
  readonly without?: readonly (typeof PASSES)[number][];
}
