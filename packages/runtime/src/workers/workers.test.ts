import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { GraphBuilder, writeModel } from "@incipit/onnx";
import { createSession, defaultWorkers } from "../index.js";

const row = (...values: number[]): HostTensor => ({
  dtype: "float32",
  shape: [1, values.length],
  data: Float32Array.from(values),
});

/** A product of `[n, 32]` by a matrix that is too large to stay within the model's bytes. */
function product() {
  const g = new GraphBuilder();
  const weights = Float32Array.from({ length: 32 * 32 }, (_, i) => (i % 33 === 0 ? 2 : 0));
  const matrix = g.initializer({ dtype: "float32", shape: [32, 32], data: weights }, "matrix");
  g.output(g.op("MatMul", [g.input("x", "float32", ["n", 32]), matrix]), "doubled", "float32", ["n", 32]);
  return g.build();
}
const counted = (from: number) => Array.from({ length: 32 }, (_, i) => from + i);

describe("a session with workers", () => {
  it("gives each call its own results, in whatever order they are computed", async () => {
    const session = await createSession(product(), { workers: 2, threads: 2 });
    expect(session.concurrency).toBe(2);
    const starts = [0, 10, 20, 30, 40, 50, 60];
    const results = await Promise.all(starts.map((start) => session.run({ x: row(...counted(start)) })));
    expect(results).toEqual(starts.map((start) => ({ doubled: row(...counted(start).map((v) => 2 * v)) })));
    await session.dispose();
  });

  it("keeps the bits of 16-bit floats", async () => {
    const g = new GraphBuilder();
    g.output(g.input("x", "float16", ["n"]), "y", "float16", ["n"]);
    const half: HostTensor = { dtype: "float16", shape: [2], data: Uint16Array.of(0x3c00, 0x7e01) };
    const session = await createSession(g.build(), { workers: 1 });
    expect(await session.run({ x: half })).toEqual({ y: half });
    await session.dispose();
  });

  it("takes the bytes of a model", async () => {
    const session = await createSession(writeModel(product()), { workers: 1 });
    expect(await session.run({ x: row(...counted(1)) })).toEqual({
      doubled: row(...counted(1).map((v) => 2 * v)),
    });
    await session.dispose();
  });

  it("says why a model cannot be loaded", async () => {
    const g = new GraphBuilder();
    g.output(g.op("NoSuchOperator", [g.input("x", "float32", [1])]), "y", "float32", [1]);
    await expect(createSession(g.build(), { workers: 2 })).rejects.toThrow(
      /Loading graph "incipit" on cpu failed: .*NoSuchOperator/,
    );
  });

  it("says why a run failed, and runs the next", async () => {
    const session = await createSession(product(), { workers: 1 });
    await expect(session.run({ x: row(1, 2) })).rejects.toThrow(
      /^Running graph "incipit" failed: .*dimensions for input: x/,
    );
    expect(await session.run({ x: row(...counted(0)) })).toHaveProperty("doubled");
    await session.dispose();
  });

  it("does not answer once it is disposed, nor leave calls unanswered", async () => {
    const session = await createSession(product(), { workers: 1 });
    const calls = [session.run({ x: row(...counted(0)) }), session.run({ x: row(...counted(1)) })];
    const settled = Promise.allSettled(calls);
    await session.dispose();
    expect(await settled).toHaveLength(2);
    await expect(session.run({ x: row(...counted(0)) })).rejects.toThrow(/disposed/);
  });

  it("lets the process end", () => {
    const script = `
      import { createSession } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
      import { GraphBuilder } from "@incipit/onnx";
      const g = new GraphBuilder();
      g.output(g.op("Neg", [g.input("x", "float32", [1])]), "y", "float32", [1]);
      const session = await createSession(g.build(), { workers: 2 });
      const { y } = await session.run({ x: { dtype: "float32", shape: [1], data: Float32Array.of(3) } });
      console.log(y.data[0]);
    `;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--conditions", "@incipit/source", "--input-type=module", "-e", script],
      { encoding: "utf8", timeout: 60_000 },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "-3\n", stderr: "" });
  });
});

describe("defaultWorkers", () => {
  const g = new GraphBuilder();
  g.output(
    g.op("Neg", [g.initializer({ dtype: "float32", shape: [1024, 1024], data: new Float32Array(2 ** 20) })]),
    "y",
  );
  const large = g.build();

  it("is two for a large model on the CPU", () => {
    expect(defaultWorkers(large, { threads: 2 })).toBe(2);
    expect(defaultWorkers(large, { threads: 16, device: "cpu" })).toBe(2);
  });

  it("is none on one thread, on another device, or for a small model", () => {
    expect(defaultWorkers(large, { threads: 1 })).toBe(0);
    expect(defaultWorkers(large, { threads: 2, device: "cuda" })).toBe(0);
    expect(defaultWorkers(product(), { threads: 2 })).toBe(0);
  });
});
