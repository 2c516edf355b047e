import { expect } from "vitest";

/** The same names, and the same numbers but for rounding. */
export function expectValues(
  got: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) expect(got[name], name).toBeCloseTo(value, 9);
}
