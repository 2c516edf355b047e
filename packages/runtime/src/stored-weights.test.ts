import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError, type HostTensor } from "@incipit/core";
import { type Graph, GraphBuilder, storedAt } from "@incipit/onnx";
import { readModelFile, writeModelFile } from "@incipit/onnx/node";
import { createSession } from "./index.js";
import type { SessionOptions } from "./options.js";
import { toOrtModel } from "./ort-model.js";
import { createSession as createWebSession } from "./web.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-runtime-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const SIZE = 160;
const matrix = (seed: number): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [SIZE, SIZE],
  data: Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(seed + i)),
});
const x: HostTensor = { dtype: "float32", shape: [1, SIZE], data: new Float32Array(SIZE).fill(0.5) };

/** `y = x·W₀·W₁…·W₀ᵀ·W₁ᵀ…`, and twice the first weight. */
function products(...weights: readonly HostTensor[]): Graph {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", [1, SIZE]);
  const names = weights.map((weight, i) => g.initializer(weight, `w${i}`));
  const forward = names.reduce((value, name) => g.op("MatMul", [value, name]), input);
  const back = names.reduce(
    (value, name) => g.op("MatMul", [value, g.op("Transpose", [name], { perm: [1, 0] })]),
    forward,
  );
  g.output(back, "y", "float32");
  g.output(g.op("Add", [names[0]!, names[0]!]), "twice", "float32");
  return g.build();
}

/** The same graph, its weights read from a file; a longer name moves them to the end of it. */
async function stored(file: string, graph: Graph, name = "stored"): Promise<Graph> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeModelFile(join(folder, file), { ...graph, name });
  return readModelFile(join(folder, file));
}

async function run(graph: Graph, options: SessionOptions = {}) {
  const session = await createSession(graph, { threads: 1, ...options });
  const results = await session.run({ x });
  await session.dispose();
  return results;
}

describe("a session on weights that lie in a file", () => {
  it("computes what it does with weights in memory, with all options", async () => {
    const inMemory = products(matrix(1), matrix(2));
    const inFile = await stored("two.onnx", inMemory);
    for (const packWeights of [true, false]) {
      for (const optimize of ["none", "basic", "extended", "all"] as const) {
        const options = { packWeights, optimize };
        expect(await run(inFile, options)).toEqual(await run(inMemory, options));
      }
    }
  });

  it("computes the same wherever in the file they begin", async () => {
    const inMemory = products(matrix(3));
    const expected = await run(inMemory);
    const offsets: number[] = [];
    for (const name of ["a", "ab", "abc", "abcd"]) {
      const inFile = await stored("moved.onnx", inMemory, name);
      offsets.push(storedAt(inFile.initializers.get("w0")!)!.offset % 4);
      expect(await run(inFile)).toEqual(expected);
    }
    expect(offsets.sort()).toEqual([0, 1, 2, 3]);
  });

  it("takes them from files in several folders, and others from memory", async () => {
    const inMemory = products(matrix(4), matrix(5), matrix(6));
    const one = await stored("one/model.onnx", products(matrix(4)));
    const other = await stored("other/model.onnx", products(matrix(5)));
    const initializers = new Map(inMemory.initializers);
    initializers.set("w0", one.initializers.get("w0")!);
    initializers.set("w1", other.initializers.get("w0")!);
    expect(await run({ ...inMemory, initializers })).toEqual(await run(inMemory));
  });

  it("takes them from external data", async () => {
    const graph = products(matrix(7));
    const path = join(folder, "external.onnx");
    await writeModelFile(path, graph, { externalData: "weights.bin" });
    expect(await run(await readModelFile(path))).toEqual(await run(graph));
  });

  it("shares the file with other threads", async () => {
    const inFile = await stored("threads.onnx", products(matrix(8)));
    expect(await run(inFile, { threads: 2, workers: 2 })).toEqual(await run(inFile));
  });

  it("is not made when the file is no longer what was loaded", async () => {
    const graph = await stored("changed.onnx", products(matrix(9)));
    await stored("changed.onnx", products(matrix(10)));
    await expect(run(graph)).rejects.toThrow(FormatError);
    await expect(run(graph)).rejects.toThrow(/changed\.onnx: tensor "w0": .*the file has changed/);
  });

  it("reads them where files cannot be mapped, as in WebAssembly", async () => {
    const graph = await stored("web.onnx", products(matrix(11)));
    const session = await createWebSession(graph, { threads: 1 });
    const { y } = await session.run({ x }, ["y"]);
    await session.dispose();
    const expected = (await run(graph))["y"]!;
    y!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(Number(expected.data[i]), 2);
    });
  });
});

describe("toOrtModel", () => {
  it("holds no weight that lies in a file, unless files cannot be mapped", async () => {
    const graph = await stored("model.onnx", products(matrix(12)));
    const size = SIZE * SIZE * 4;
    const mapped = toOrtModel(graph, true);
    expect(mapped.bytes.byteLength).toBeLessThan(1000);
    expect(mapped).toMatchObject({ externalData: [], folder: storedAt(graph.initializers.get("w0")!)!.root });
    const read = toOrtModel(graph, false);
    expect(read.externalData.map(({ data }) => data.byteLength)).toEqual([size]);
    expect(read.folder).toBeUndefined();
  });

  it("takes weights in memory as they lie there", () => {
    const graph = products(matrix(13));
    const { externalData, folder: none } = toOrtModel(graph, true);
    expect(externalData.map(({ data }) => data.buffer)).toEqual([graph.initializers.get("w0")!.data.buffer]);
    expect(none).toBeUndefined();
  });
});
