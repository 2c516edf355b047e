import { describe, expect, it } from "vitest";
import { formatTimes, kernelTimes } from "./profile.js";

const kernel = (op: string, dur: number, ...shapes: (readonly number[])[]) => ({
  cat: "Node",
  name: `n_${op}_kernel_time`,
  dur,
  args: { op_name: op, input_type_shape: shapes.map((shape) => ({ float: shape })) },
});

describe("kernelTimes", () => {
  const events = [
    { cat: "Session", name: "model_run", dur: 9000 },
    kernel("MatMul", 3000, [2, 5, 8], [8, 16]),
    kernel("MatMul", 3000, [4, 3, 8], [8, 16]),
    kernel("Add", 1000, [2, 5, 8], [8]),
    kernel("Add", 1000, [2, 5, 16], [16]),
  ];

  it("adds up kernels of one operator and width, whatever the batch", () => {
    expect(kernelTimes(events, 2)).toEqual([
      { kernels: "MatMul 8 × 16", ms: 3, runs: 1, share: 0.75 },
      { kernels: "Add 8 × 8", ms: 0.5, runs: 0.5, share: 0.125 },
      { kernels: "Add 16 × 16", ms: 0.5, runs: 0.5, share: 0.125 },
    ]);
  });

  it("prints the first of them", () => {
    expect(formatTimes(kernelTimes(events, 2), 1)).toContain("MatMul 8 × 16");
  });
});
