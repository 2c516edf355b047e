import type { HostTensor } from "@incipit/core";
import { formatType } from "@incipit/onnx";

/** How much two tensors may differ: `|actual − expected| ≤ absolute + relative · |reference|`. */
export interface Tolerance {
  /** Default 1e-4. */
  readonly relative?: number;
  /** Default 1e-6. */
  readonly absolute?: number;
  /**
   * What `relative` is relative to: the expected entry itself (the default), or the largest of all expected entries,
   * as is usual for gradients, whose small entries are differences of large ones.
   */
  readonly relativeTo?: "entry" | "largest";
}

/**
 * Expects two tensors to have the same shape and nearly the same entries. Floats of different width may be compared;
 * integers and booleans must have the same dtype and equal entries. NaN is close to NaN.
 * @throws {Error} when they are not close, naming the worst entry
 */
export function expectClose(
  actual: HostTensor | undefined,
  expected: HostTensor,
  tolerance: Tolerance = {},
): void {
  const problem = actual === undefined ? "there is no tensor" : difference(actual, expected, tolerance);
  if (problem === undefined) return;
  const error = new Error(`expected ${formatType(expected.dtype, expected.shape)}: ${problem}`);
  // The test's own line, not this one, is what a reader wants to see.
  Error.captureStackTrace(error, expectClose);
  throw error;
}

function difference(actual: HostTensor, expected: HostTensor, tolerance: Tolerance): string | undefined {
  const floats = isFloat(actual) && isFloat(expected);
  if ((!floats && actual.dtype !== expected.dtype) || actual.shape.join() !== expected.shape.join()) {
    return `got ${formatType(actual.dtype, actual.shape)}`;
  }
  const { relative, absolute } = floats
    ? { relative: tolerance.relative ?? 1e-4, absolute: tolerance.absolute ?? 1e-6 }
    : { relative: 0, absolute: 0 };
  const got = Array.from(actual.data, Number);
  const want = Array.from(expected.data, Number);
  const size = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 0);
  const largest = want.reduce((max, value) => Math.max(max, size(value)), 0);
  const excess = want.map((value, i) => {
    const off = distance(got[i] as number, value);
    const scale = tolerance.relativeTo === "largest" ? largest : size(value);
    return off === 0 ? 0 : off / (absolute + relative * scale);
  });
  const failed = excess.filter((value) => value > 1).length;
  if (failed === 0) return undefined;
  const worst = excess.indexOf(excess.reduce((a, b) => Math.max(a, b)));
  return (
    `${failed} of ${want.length} entries differ by more than ` +
    `${absolute} + ${relative} · |${tolerance.relativeTo === "largest" ? `largest entry, ${largest}` : "expected"}|; ` +
    `the worst, at [${positionOf(worst, expected.shape).join()}], is ${got[worst]} instead of ${want[worst]}`
  );
}

function isFloat(tensor: HostTensor): boolean {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}

/** |a − b|, where equal infinities and two NaNs are at distance 0, and anything else not finite is infinitely far. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  return Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) : Infinity;
}

function positionOf(offset: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  for (const dim of shape.toReversed()) {
    position.unshift(offset % dim);
    offset = Math.floor(offset / dim);
  }
  return position;
}
