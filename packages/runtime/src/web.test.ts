import { describe, expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { GraphBuilder } from "@incipit/onnx";
import { availableDevices, createSession, evaluate } from "./web.js";

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

  it("keeps the bits of float16", async () => {
    const g = new GraphBuilder();
    g.output(g.input("x", "float16", ["n"]), "y", "float16", ["n"]);
    const half: HostTensor = { dtype: "float16", shape: [2], data: Uint16Array.of(0x3c00, 0x7e01) };
    expect(await evaluate(g.build(), { x: half })).toEqual({ y: half });
  });

  it("lists the devices when asked for one that is unknown", async () => {
    await expect(createSession(relu(), { device: "cuda" })).rejects.toThrow(
      /"cuda".*it has: cpu, webgpu, webnn/,
    );
    expect(await availableDevices()).toEqual(["cpu", "webgpu", "webnn"]);
  });
});
