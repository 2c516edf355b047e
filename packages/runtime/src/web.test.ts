import { describe, expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
import { createSession, evaluate } from "./web.js";

function relu() {
  const g = new GraphBuilder();
  g.output(g.op("Relu", [g.input("x", "float32", ["n"])]), "y", "float32", ["n"]);
  return g.build();
}
const x: HostTensor = { dtype: "float32", shape: [2], data: Float32Array.of(-1, 2) };
const y: HostTensor = { dtype: "float32", shape: [2], data: Float32Array.of(0, 2) };

describe("the web runtime", () => {
  it("runs a graph in WebAssembly", async () => {
    const session = await createSession(relu(), { threads: 1 });
    expect(await session.run({ x })).toEqual({ y });
    await session.dispose();
    expect(await evaluate(relu(), { x })).toEqual({ y });
  });

  it("lists the devices when asked for one that is unknown", async () => {
    await expect(createSession(relu(), { device: "cuda" })).rejects.toThrow(
      /"cuda".*it has: cpu, webgpu, webnn/,
    );
  });
});
