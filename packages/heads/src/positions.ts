/** Which positions have outputs: all, virtual tokens among them, as a model itself gives them; or those of the text alone. */
export type Positions = "all" | "text";

/** Which positions a head has outputs at, or an objective reads. */
export interface PositionsOptions {
  /** @default "all" */
  readonly positions?: Positions;
}
