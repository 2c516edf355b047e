import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FormatError, type HostTensor } from "@incipit/core";
import { runModel } from "../../test/ort.js";
import { float32, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import type { Graph } from "../graph/graph.js";
import { readModelFile, writeModelFile } from "../node.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-onnx-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A product with a weight large enough to be stored outside, and a bias that is not. */
function affine(): Graph {
  const g = new GraphBuilder();
  const product = g.op("MatMul", [g.input("x", "float32", [1, 30]), g.initializer(ramp(30, 20), "w")]);
  g.output(g.op("Add", [product, g.initializer(ramp(20), "b")]), "y", "float32", [1, 20]);
  const doubled: HostTensor = { dtype: "float64", shape: [200], data: new Float64Array(200).fill(2) };
  g.output(g.initializer(doubled, "v"), "z", "float64", [200]);
  return g.build();
}

describe("writeModelFile and readModelFile", () => {
  it("give the same graph", async () => {
    const path = join(folder, "model.onnx");
    await writeModelFile(path, affine());
    expect(await readModelFile(path)).toEqual(affine());
    expect(await readdir(folder)).toEqual(["model.onnx"]);
  });

  it.each([
    [true, "model.onnx.data"],
    ["weights.bin", "weights.bin"],
  ])("give the same graph with external data %s", async (externalData, file) => {
    const path = join(folder, "model.onnx");
    await writeModelFile(path, affine(), { externalData });
    expect(await readModelFile(path)).toEqual(affine());
    expect((await readdir(folder)).sort()).toEqual(["model.onnx", file].sort());
    expect((await readFile(join(folder, file))).byteLength).toBe(4096 + 200 * 8);
  });

  it("tell each file that the model is in, once", async () => {
    const path = join(folder, "model.onnx");
    await writeModelFile(path, affine(), { externalData: "weights.bin" });
    const files: string[] = [];
    await readModelFile(path, { onFile: (file) => files.push(file) });
    expect(files).toEqual([path, join(folder, "weights.bin")]);
  });

  it("write external data that ONNX Runtime finds", async () => {
    const path = join(folder, "model.onnx");
    await writeModelFile(path, affine(), { externalData: true });
    const x = float32(
      [1, 30],
      Array.from({ length: 30 }, () => 1),
    );
    const { y } = await runModel(path, { x });
    expect(y!.shape).toEqual([1, 20]);
    expect(y!.data[0]).toBeCloseTo(
      0.1 + Array.from({ length: 30 }, (_, i) => (i * 20 + 1) / 10).reduce((a, b) => a + b),
      2,
    );
  });

  it("replace a file only by a whole one", async () => {
    const path = join(folder, "model.onnx");
    await writeFile(path, "before");
    const broken: Graph = { ...affine(), opsets: { "": NaN } };
    await expect(writeModelFile(path, broken)).rejects.toThrow();
    await expect(writeModelFile(join(folder, "none", "model.onnx"), affine())).rejects.toThrow(/ENOENT/);
    expect(await readFile(path, "utf8")).toBe("before");
    await mkdir(join(folder, "taken"));
    await expect(writeModelFile(join(folder, "taken"), affine())).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(["model.onnx", "taken"]);
  });

  it("name the file that is missing or broken", async () => {
    const path = join(folder, "model.onnx");
    await expect(readModelFile(path)).rejects.toThrow(FormatError);
    await expect(readModelFile(path)).rejects.toThrow(/model\.onnx: cannot be read: ENOENT/);
    await writeModelFile(path, affine());
    await truncate(path, 1000);
    await expect(readModelFile(path)).rejects.toThrow(/model\.onnx: not an ONNX model, or a truncated one/);
  });

  it("refuse a file over 2 GB without reading it", async () => {
    const path = join(folder, "model.onnx");
    await writeFile(path, "");
    await truncate(path, 2 ** 31);
    await expect(readModelFile(path)).rejects.toThrow(/2 GB.*external data/);
  });

  it("name the tensor whose external data is missing or cut short", async () => {
    const path = join(folder, "model.onnx");
    await writeModelFile(path, affine(), { externalData: true });
    await truncate(`${path}.data`, 4097);
    await expect(readModelFile(path)).rejects.toThrow(
      /tensor "v".*"model\.onnx\.data".*ends after 4097 of 5696 bytes/,
    );
    await rm(`${path}.data`);
    await expect(readModelFile(path)).rejects.toThrow(/tensor "w".*ENOENT/);
  });

  it("never follow external data out of the model's folder", async () => {
    const path = join(folder, "model.onnx");
    for (const location of ["../weights.bin", join(folder, "weights.bin")]) {
      // The name as it is written, then another of the same length in its place.
      const name = "x".repeat(location.length);
      await writeModelFile(path, affine(), { externalData: name });
      const text = await readFile(path, "latin1");
      await writeFile(path, text.replaceAll(name, location), "latin1");
      await expect(readModelFile(path)).rejects.toThrow(/leads out of the model's folder/);
    }
  });
});
