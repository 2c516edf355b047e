import { describe, expect, it } from "vitest";
import { RuntimeError, type DType, type HostTensor } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
import { availableDevices, createSession, evaluate } from "./index.js";

const float32 = (shape: readonly number[], ...values: number[]): HostTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(values),
});

function affine() {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["batch", 2]);
  const doubled = g.op("Mul", [x, g.initializer(float32([], 2))]);
  g.output(doubled, "doubled", "float32", ["batch", 2]);
  g.output(g.op("Add", [doubled, g.initializer(float32([2], 10, 20))]), "y", "float32", ["batch", 2]);
  return g.build();
}

describe("createSession", () => {
  it("runs a graph, for any subset of its outputs", async () => {
    const session = await createSession(affine());
    const x = float32([2, 2], 1, 2, 3, 4);
    expect(session.inputNames).toEqual(["x"]);
    expect(session.outputNames).toEqual(["doubled", "y"]);
    expect(await session.run({ x })).toEqual({
      doubled: float32([2, 2], 2, 4, 6, 8),
      y: float32([2, 2], 12, 24, 16, 28),
    });
    expect(await session.run({ x }, ["y"])).toEqual({ y: float32([2, 2], 12, 24, 16, 28) });
    expect(await session.run({ x }, [])).toEqual({});
    await session.dispose();
  });
});
