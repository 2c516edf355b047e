/** @file What is varied: one size at a time, the others staying as they are in the middle of everything. */

/** A model and a step of it. */
export interface Point {
  readonly hidden: number;
  readonly layers: number;
  /** Tokens of each text, virtual ones not included. */
  readonly sequence: number;
  readonly batch: number;
  readonly virtualTokens: number;
}

/** Points along one size. */
export interface Sweep {
  readonly name: string;
  readonly points: readonly { readonly label: string; readonly point: Point }[];
}

/** The width of an attention head. */
export const HEAD_WIDTH = 32;

/** MiniLM's size, and texts of a usual length. */
const BASE: Point = { hidden: 384, layers: 6, sequence: 64, batch: 32, virtualTokens: 20 };

function along(name: string, key: keyof Point, values: readonly number[]): Sweep {
  return {
    name,
    points: values.map((value) => ({ label: String(value), point: { ...BASE, [key]: value } })),
  };
}

/** All sweeps. */
export const sweeps: readonly Sweep[] = [
  along("sequence length", "sequence", [16, 32, 64, 128, 256]),
  along("batch size", "batch", [1, 4, 16, 64, 128]),
  along("virtual tokens", "virtualTokens", [1, 10, 20, 50, 100]),
  {
    name: "model size",
    points: [
      [128, 2],
      [256, 4],
      [384, 6],
      [512, 8],
      [768, 12],
    ].map(([hidden = 0, layers = 0]) => ({
      label: `${layers} × ${hidden}`,
      point: { ...BASE, hidden, layers },
    })),
  },
];
