/** A seeded source of random numbers. The same seed gives the same numbers on every platform. */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** An independent stream, named: drawing from it never changes what this one gives. */
  stream(name: string): Random;
}
