/** Whether these logits are those, up to rounding: what a token tells whatever comes behind it is that in a decoder alone. */
export function tellsTheSame(logits: ArrayLike<number>, others: ArrayLike<number>): boolean {
  const numbers = Array.from(logits);
  const largest = numbers.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return numbers.every((value, i) => Math.abs(value - (others[i] ?? 0)) <= 1e-5 * largest);
}
