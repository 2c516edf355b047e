/** @file How fast this machine multiplies matrices, measured with ONNX Runtime itself: what nothing built on it can exceed. */
import type { HostTensor } from "@incipit/core";
import { type Graph, GraphBuilder, onnxOps, sizeOf } from "@incipit/onnx";
import { createSession } from "@incipit/runtime";
import { seededRandom } from "@incipit/tensor";
import type { ModelSizes } from "./model-sizes.js";

/** Arithmetic that products are made in. */
export type Precision = "fp32" | "int8";

/** What to multiply, and for how long. */
export interface GemmOptions {
  readonly sizes: Pick<ModelSizes, "hidden" | "inner" | "feedForward">;
  /** Rows of the left operand: tokens that a model reads at once. */
  readonly rows: number;
  readonly precision: Precision;
  readonly threads: number;
  readonly seconds: number;
}

/** The best rate at which a layer's six products run one after the other with constant weights, in GFLOP/s. */
export async function gemmRate({ sizes, rows, precision, threads, seconds }: GemmOptions): Promise<number> {
  const { hidden: h, inner, feedForward: f } = sizes;
  const products = [
    [h, inner],
    [h, inner],
    [h, inner],
    [inner, h],
    [h, f],
    [f, h],
  ] as const;
  const session = await createSession(productsGraph(products, precision), { threads });
  const widths = [...new Set(products.map(([k]) => k))];
  const feeds = Object.fromEntries(widths.map((k) => [`x${k}`, values([rows, k], precision, "left")]));
  const flops = products.reduce((sum, [k, n]) => sum + 2 * rows * k * n, 0);
  await session.run(feeds);
  let best = Infinity;
  const end = performance.now() + 1e3 * seconds;
  while (performance.now() < end) {
    const start = performance.now();
    await session.run(feeds);
    best = Math.min(best, performance.now() - start);
  }
  await session.dispose();
  return flops / best / 1e6;
}

/** Each product by itself, of which only a row is given out: no time goes into moving results. */
function productsGraph(products: readonly (readonly [number, number])[], precision: Precision): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const inputs = new Map<number, string>();
  const input = (k: number) => {
    const known = inputs.get(k) ?? g.input(`x${k}`, precision === "fp32" ? "float32" : "uint8", ["rows", k]);
    inputs.set(k, known);
    return known;
  };
  for (const [i, [k, n]] of products.entries()) {
    const weight = g.initializer(values([k, n], precision, "right", i), `w${i}`);
    const product = g.op(precision === "fp32" ? "MatMul" : "MatMulInteger", [input(k), weight]);
    g.output(ops.slice(product, 0, 0, 1), `y${i}`);
  }
  return g.build();
}

/** Random entries: of the left operand unsigned, of the right one signed, as quantized models have them. */
function values(
  shape: readonly number[],
  precision: Precision,
  side: "left" | "right",
  seed = 0,
): HostTensor {
  const random = seededRandom(seed);
  const size = sizeOf(shape);
  if (precision === "fp32") {
    return { dtype: "float32", shape, data: Float32Array.from({ length: size }, () => random.normal()) };
  }
  const byte = () => Math.floor(random.uniform() * 128);
  return side === "left"
    ? { dtype: "uint8", shape, data: Uint8Array.from({ length: size }, byte) }
    : { dtype: "int8", shape, data: Int8Array.from({ length: size }, () => byte() - 64) };
}
