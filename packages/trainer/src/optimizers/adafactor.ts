import { type Optimizer } from "@incipit/core";
import { perParameter } from "./per-parameter.js";

/** Settings of `adafactor`; sections are those of its paper. */
export interface AdafactorOptions {
  /** Exponent c of the second moment's decay at update t: `1 − t^−c` (section 7.2). Default 0.8. */
  readonly decayRate?: number;
  /** Largest root mean square of an update before the learning rate (section 6). Default 1. */
  readonly clippingThreshold?: number;
  /** Keep row and column means instead of the whole second moment of a matrix (section 3). Default true. */
  readonly factored?: boolean;
  /** Decay of a running mean of the updates; 0 keeps none (section 4). Default 0. */
  readonly momentum?: number;
  /** Added to the squared gradient. Default 1e-30. */
  readonly epsilon?: number;
  /** Decoupled weight decay: a parameter also loses this fraction of itself times the learning rate. Default 0. */
  readonly weightDecay?: number;
}

interface Slots {
  /** Means over the last axis of the squared gradient's moving average, of factored parameters. */
  readonly row?: Float32Array;
  /** Means over the axis before the last. */
  readonly column?: Float32Array;
  /** The moving average itself, of all others. */
  readonly v?: Float32Array;
  readonly m?: Float32Array;
}

/**
 * Adafactor as Lester et al. 2021 (arXiv:2104.08691, section 3) used it to tune prompts: the learning rate is given from outside
 * (theirs: 0.3, constant, weight decay 1e-5) and is relative neither to time nor to the parameter's scale. Tensors of more
 * than two axes count as stacks of matrices.
 * @see Shazeer & Stern 2018, arXiv:1804.04235, Algorithms 4 (matrices) and 5 (vectors) without section 8
 */
export function adafactor({
  decayRate = 0.8,
  clippingThreshold = 1,
  factored = true,
  momentum = 0,
  epsilon = 1e-30,
  weightDecay = 0,
}: AdafactorOptions = {}): Optimizer {
  const slotShapes = (shape: readonly number[]): Record<string, readonly number[]> => ({
    ...(factored && shape.length >= 2
      ? { row: shape.slice(0, -1), column: [...shape.slice(0, -2), ...shape.slice(-1)] }
      : { v: shape }),
    ...(momentum === 0 ? {} : { m: shape }),
  });

  return perParameter<Slots>(slotShapes, ({ parameter: p, gradient, slots, shape, rate, time }) => {
    const { row, column, v, m } = slots;
    const beta = 1 - time ** -decayRate;
    const update = gradient.slice();
    if (v) scaleByMoment(update, v, beta, epsilon);
    if (row && column) scaleByFactors(update, row, column, shape, beta, epsilon);

    const scale = rate / Math.max(1, rootMeanSquare(update) / clippingThreshold);
    for (let i = 0; i < p.length; i++) {
      let change = scale * (update[i] as number);
      if (m) {
        change = momentum * (m[i] as number) + (1 - momentum) * change;
        m[i] = change;
      }
      p[i] = (p[i] as number) * (1 - rate * weightDecay) - change;
    }
  });
}

/** `v ← βv + (1−β)(u² + ε)`, `u ← u / √v` (Algorithm 5). */
function scaleByMoment(u: Float32Array, v: Float32Array, beta: number, epsilon: number): void {
  for (let i = 0; i < u.length; i++) {
    const g = u[i] as number;
    const moment = beta * (v[i] as number) + (1 - beta) * (g * g + epsilon);
    v[i] = moment;
    u[i] = g / Math.sqrt(moment);
  }
}

/**
 * The same with v of rank one, `row ⊗ column / mean(row)`, for each matrix of the stack (Algorithm 4, whose row and column
 * sums are means here).
 */
function scaleByFactors(
  u: Float32Array,
  row: Float32Array,
  column: Float32Array,
  shape: readonly number[],
  beta: number,
  epsilon: number,
): void {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const size = rows * columns;
  for (let matrix = 0; matrix * size < u.length; matrix++) {
    scaleMatrix(
      u.subarray(matrix * size, (matrix + 1) * size),
      row.subarray(matrix * rows, (matrix + 1) * rows),
      column.subarray(matrix * columns, (matrix + 1) * columns),
      beta,
      epsilon,
    );
  }
}

function scaleMatrix(
  u: Float32Array,
  row: Float32Array,
  column: Float32Array,
  beta: number,
  epsilon: number,
): void {
  const rowSums = new Float64Array(row.length);
  const columnSums = new Float64Array(column.length);
  for (let i = 0; i < row.length; i++) {
    for (let j = 0; j < column.length; j++) {
      const g = u[i * column.length + j] as number;
      rowSums[i] = (rowSums[i] as number) + g * g;
      columnSums[j] = (columnSums[j] as number) + g * g;
    }
  }
  average(row, rowSums, column.length, beta, epsilon);
  average(column, columnSums, row.length, beta, epsilon);

  const rowMean = row.reduce((sum, value) => sum + value, 0) / row.length;
  for (let i = 0; i < row.length; i++) {
    const rowFactor = (row[i] as number) / rowMean;
    for (let j = 0; j < column.length; j++) {
      const k = i * column.length + j;
      u[k] = (u[k] as number) / Math.sqrt(rowFactor * (column[j] as number));
    }
  }
}

/** Move an average towards the mean of `count` squares, given their sums. */
function average(
  target: Float32Array,
  sums: Float64Array,
  count: number,
  beta: number,
  epsilon: number,
): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = beta * (target[i] as number) + (1 - beta) * ((sums[i] as number) / count + epsilon);
  }
}

function rootMeanSquare(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
