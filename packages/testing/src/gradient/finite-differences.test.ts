import type { HostTensor } from "@incipit/core";
import { GraphBuilder, onnxOps } from "@incipit/onnx";
import { describe, expect, it } from "vitest";
import { expectClose } from "../expect-close.js";
import { randomTensors } from "../random-tensors.js";
import { finiteDifferences } from "./finite-differences.js";

const float64 = (shape: readonly number[], values: readonly number[]): HostTensor => ({
  dtype: "float64",
  shape,
  data: Float64Array.from(values),
});

/** loss = Σ a · b², with an output that is no scalar beside it. */
function weightedSquares() {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const [a, b] = [g.input("a", "float32"), g.input("b", "float32")];
  const products = ops.mul(a, ops.mul(b, b));
  g.output(products, "products");
  g.output(g.op("ReduceSum", [products], { keepdims: 0 }), "loss");
  return g.build();
}

const random = randomTensors(1);
const feeds = { a: random.normal([3]), b: random.normal([2, 3]) };

describe("finiteDifferences", () => {
  it("gives the derivative of each input to nine digits, broadcast axes summed", () => {
    const gradients = finiteDifferences(weightedSquares(), { loss: "loss", wrt: ["a", "b"], feeds });
    const [a, b] = [Array.from(feeds.a.data), Array.from(feeds.b.data)];
    const sums = a.map((_, i) => b[i]! ** 2 + b[i + 3]! ** 2);
    const slopes = b.map((value, i) => 2 * a[i % 3]! * value);
    const tolerance = { relative: 1e-9, absolute: 1e-9 };
    expectClose(gradients["a"], float64([3], sums), tolerance);
    expectClose(gradients["b"], float64([2, 3], slopes), tolerance);
  });

  it("scales its step with large entries", () => {
    const large = { dtype: "float32", shape: [1], data: Float32Array.of(1e6) } as const;
    const graph = weightedSquares();
    const gradients = finiteDifferences(graph, { loss: "loss", wrt: ["b"], feeds: { a: large, b: large } });
    expectClose(gradients["b"], float64([1], [2e12]), { relative: 1e-9 });
  });

  it("refuses a loss that is no scalar output, and inputs that are not there or no floats", () => {
    const graph = weightedSquares();
    const run =
      (loss: string, wrt: string, extra: Record<string, HostTensor> = {}) =>
      () =>
        finiteDifferences(graph, { loss, wrt: [wrt], feeds: { ...feeds, ...extra } });
    expect(run("lost", "a")).toThrow('no output "lost"');
    expect(run("products", "a")).toThrow('"products" must have one element, it has [2,3]');
    expect(run("loss", "c")).toThrow('no input "c"');
    expect(run("loss", "a", { a: random.integers([3], 0, 2) })).toThrow("it is int64");
  });
});
