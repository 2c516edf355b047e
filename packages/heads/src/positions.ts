/** Which positions have outputs: all, virtual tokens among them, as a model itself gives them; or those of the text alone. */
export type Positions = "all" | "text";

/** Which positions an objective reads the outputs of. */
export interface PositionsOptions {
  /** @default "all" */
  readonly positions?: Positions;
}
