/** @file The two 16-bit float formats: IEEE 754 binary16, and bfloat16, the upper half of a binary32. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0] as number;
}

function valueOf(float32Bits: number): number {
  bits[0] = float32Bits;
  return float[0] as number;
}

/** The number that these 16 bits stand for as IEEE 754 binary16. */
export function fromFloat16Bits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction * 2 ** -10) * 2 ** (exponent - 15);
}

/** The IEEE 754 binary16 nearest to `value`, ties to even; beyond 65504 it overflows to infinity. */
export function toFloat16Bits(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Spacing of the half floats around `magnitude`; 2⁻²⁴ throughout the subnormals.
  const exponent = Math.max(exponentOf(magnitude), -14);
  const steps = roundToEven(magnitude / 2 ** (exponent - 10));
  // A fraction that rounds up to 2048 steps carries into the exponent by itself.
  return sign | (steps + (exponent + 14) * 0x400);
}

/** The number that these 16 bits stand for as bfloat16. */
export function fromBfloat16Bits(brain: number): number {
  return valueOf(brain << 16);
}

/** The bfloat16 nearest to `value` as a float32, ties to even. */
export function toBfloat16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const full = bitsOf(value);
  return ((full + 0x7fff + ((full >>> 16) & 1)) >>> 16) & 0xffff;
}

/** ⌊log₂ x⌋ of a number that binary32 holds as a normal one; smaller ones give at most -127. */
function exponentOf(x: number): number {
  return (bitsOf(x) >>> 23) - 127;
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
