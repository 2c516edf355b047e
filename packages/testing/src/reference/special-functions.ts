/**
 * The error function to float64 accuracy: the Maclaurin series with positive terms near zero, the continued fraction
 * of erfc beyond.
 * @see Abramowitz & Stegun 1964, 7.1.6 and 7.1.14
 */
export function erf(x: number): number {
  if (x < 0) return -erf(-x);
  if (Number.isNaN(x)) return NaN;
  if (x > 6) return 1;
  return x < 2.5 ? erfSeries(x) : 1 - erfcFraction(x);
}

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)) */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) */
function erfcFraction(x: number): number {
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
