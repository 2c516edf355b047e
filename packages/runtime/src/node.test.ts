import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type HostTensor, RuntimeError } from "@incipit/core";
import { GraphBuilder, writeModel } from "@incipit/onnx";
import { availableDevices, createSession, evaluate } from "./index.js";

const float32 = (shape: readonly number[], ...values: number[]): HostTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(values),
});

/** `doubled = 2x`, `y = doubled + offset`. */
function affine() {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["batch", 2]);
  const doubled = g.output(g.op("Mul", [x, g.initializer(float32([], 2))]), "doubled", "float32", [
    "batch",
    2,
  ]);
  const offset = g.input("offset", "float32", [2]);
  g.output(g.op("Add", [doubled, offset]), "y", "float32", ["batch", 2]);
  return g.build();
}
const x = float32([2, 2], 1, 2, 3, 4);
const offset = float32([2], 10, 20);

describe("createSession", () => {
  it("runs a graph, for any subset of its outputs", async () => {
    const session = await createSession(affine());
    expect(session.inputNames).toEqual(["x", "offset"]);
    expect(session.outputNames).toEqual(["doubled", "y"]);
    const doubled = float32([2, 2], 2, 4, 6, 8);
    const y = float32([2, 2], 12, 24, 16, 28);
    expect(await session.run({ x, offset })).toEqual({ doubled, y });
    expect(await session.run({ x, offset }, ["y"])).toEqual({ y });
    expect(await session.run({ x, offset }, [])).toEqual({});
    await session.dispose();
  });

  it("takes the bytes of a model, and every option", async () => {
    const session = await createSession(writeModel(affine()), {
      device: "cpu",
      threads: 1,
      optimize: "basic",
      logLevel: "error",
    });
    expect((await session.run({ x, offset }, ["doubled"]))["doubled"]).toEqual(float32([2, 2], 2, 4, 6, 8));
    await session.dispose();
  });

  it("names every input that is missing or of the wrong dtype, and what is expected", async () => {
    const session = await createSession(affine());
    const wrong: HostTensor = { dtype: "int32", shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) };
    const error = await session.run({ x: wrong, ofset: offset }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as RuntimeError).message).toMatchInlineSnapshot(
      `"Running graph "incipit": input "x" should be float32, it is int32; input "offset" is missing. Its inputs are: x, offset; fed were: x, ofset."`,
    );
    await session.dispose();
  });

  it("ignores feeds that are no inputs", async () => {
    const session = await createSession(affine());
    const outputs = await session.run({ x, offset, labels: float32([1], 0) }, ["doubled"]);
    expect(Object.keys(outputs)).toEqual(["doubled"]);
    await session.dispose();
  });

  it("names the outputs that there are when asked for another", async () => {
    const session = await createSession(affine());
    await expect(session.run({ x, offset }, ["z"])).rejects.toThrow(
      /no output "z"; its outputs are: doubled, y/,
    );
    await session.dispose();
  });

  it("keeps ONNX Runtime's reason when a run fails", async () => {
    const session = await createSession(affine());
    const error = await session.run({ x: float32([4], 1, 2, 3, 4), offset }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as RuntimeError).message).toMatch(/^Running graph "incipit" failed: .*rank.*x/i);
    expect((error as RuntimeError).cause).toBeInstanceOf(Error);
    await session.dispose();
  });

  it("says which graph ONNX Runtime does not accept, and why", async () => {
    const g = new GraphBuilder();
    g.output(g.op("NoSuchOperator", [g.input("x", "float32", [1])]), "y", "float32", [1]);
    await expect(createSession(g.build())).rejects.toThrow(
      /Loading graph "incipit" on cpu failed: .*NoSuchOperator/,
    );
    await expect(createSession(new Uint8Array(8))).rejects.toThrow(/Loading the model on cpu failed/);
  });

  it("lists the devices when asked for one that is unknown", async () => {
    await expect(createSession(affine(), { device: "abacus" })).rejects.toThrow(/"abacus".*it has: .*cpu/);
    expect(await availableDevices()).toContain("cpu");
  });

  it("cannot be used after it was disposed", async () => {
    const session = await createSession(affine());
    await session.dispose();
    await session.dispose();
    await expect(session.run({ x, offset })).rejects.toThrow(/disposed/);
  });

  it("leaves stderr alone, even when a run fails", () => {
    const script = `
      import { createSession } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
      import { GraphBuilder } from "@incipit/onnx";
      const g = new GraphBuilder();
      g.output(g.op("Reshape", [g.input("x", "float32"), g.input("shape", "int64")]), "y", "float32");
      const session = await createSession(g.build());
      const x = { dtype: "float32", shape: [2], data: new Float32Array(2) };
      const shape = { dtype: "int64", shape: [1], data: BigInt64Array.of(3n) };
      await session.run({ x, shape }).then(() => process.exit(1), () => undefined);
    `;
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--conditions", "@incipit/source", "--input-type=module", "-e", script],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("evaluate", () => {
  it("runs a graph once", async () => {
    expect((await evaluate(affine(), { x, offset }))["y"]).toEqual(float32([2, 2], 12, 24, 16, 28));
  });
});
