import type { HostTensor } from "@incipit/core";
import { sizeOf } from "@incipit/onnx";

/** Draws tensors one after the other; the same seed and the same draws give the same tensors. */
export interface RandomTensors {
  /** Standard normal entries times `scale` (1 by default), float32. */
  normal(shape: readonly number[], scale?: number): HostTensor<"float32">;
  /** Entries uniform on [low, high), float32. */
  uniform(shape: readonly number[], low: number, high: number): HostTensor<"float32">;
  /** Entries uniform on low … high − 1, int64. */
  integers(shape: readonly number[], low: number, high: number): HostTensor<"int64">;
  /** True or false with equal chances. */
  booleans(shape: readonly number[]): HostTensor<"bool">;
}

/** Random tensors for tests. */
export function randomTensors(seed: number): RandomTensors {
  const next = mulberry32(seed);
  const fill = (shape: readonly number[], draw: () => number) => Array.from({ length: sizeOf(shape) }, draw);
  const float32 = (shape: readonly number[], draw: () => number): HostTensor<"float32"> => ({
    dtype: "float32",
    shape,
    data: Float32Array.from(fill(shape, draw)),
  });
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low));
  return {
    normal: (shape, scale = 1) => float32(shape, () => scale * boxMuller(next)),
    uniform: (shape, low, high) => float32(shape, () => low + (high - low) * next()),
    integers: (shape, low, high) => ({
      dtype: "int64",
      shape,
      data: BigInt64Array.from(
        fill(shape, () => integer(low, high)),
        BigInt,
      ),
    }),
    booleans: (shape) => ({ dtype: "bool", shape, data: Uint8Array.from(fill(shape, () => integer(0, 2))) }),
  };
}

/** Uniform on [0, 1), 32 bits. @see https://github.com/cprosche/mulberry32 */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function boxMuller(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
