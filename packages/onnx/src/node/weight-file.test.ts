import { mkdtemp, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FormatError, type HostTensor } from "@incipit/core";
import { float32, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import type { Graph } from "../graph/graph.js";
import { storedAt } from "../graph/stored-tensor.js";
import { tensorToBytes } from "../graph/tensors.js";
import { readModelFile, writeModelFile } from "../node.js";
import { shareCommonSubexpressions } from "../passes/share-common-subexpressions.js";
import { weightFile } from "./weight-file.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-onnx-"));
  path = join(folder, "model.onnx");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function graphOf(weights: Readonly<Record<string, HostTensor>>): Graph {
  const g = new GraphBuilder();
  for (const [name, weight] of Object.entries(weights)) {
    g.output(g.op("Neg", [g.initializer(weight, name)]), `negative ${name}`, weight.dtype);
  }
  return g.build();
}

/** As it is read again from a file. */
async function stored(weights: Readonly<Record<string, HostTensor>>, externalData = false): Promise<Graph> {
  await writeModelFile(path, graphOf(weights), { externalData });
  return readModelFile(path);
}

/** Element by element `toEqual` takes its time. */
function expectSame(actual: HostTensor, expected: HostTensor) {
  expect([actual.dtype, actual.shape]).toEqual([expected.dtype, expected.shape]);
  expect(Buffer.compare(tensorToBytes(actual), tensorToBytes(expected))).toBe(0);
}

const large = ramp(200, 100);
const bits: HostTensor = {
  dtype: "float16",
  shape: [40_001],
  data: Uint16Array.from({ length: 40_001 }, (_, i) => i),
};
const integers: HostTensor = {
  dtype: "int64",
  shape: [10_000],
  data: BigInt64Array.from({ length: 10_000 }, (_, i) => BigInt(i)),
};

describe("a large weight of a model file", () => {
  it.each([
    ["in the model", false],
    ["in external data", true],
  ])("stays %s, and reads as what was written", async (_, external) => {
    const graph = await stored({ large, bits, integers, small: ramp(3) }, external);
    const file = external ? `${path}.data` : path;
    const content = await readFile(file);
    for (const [name, weight] of Object.entries({ large, bits, integers })) {
      const tensor = graph.initializers.get(name)!;
      const { root, path: within, offset, length } = storedAt(tensor)!;
      expect(root + within).toBe(realpathSync(file));
      expect(length).toBe(weight.data.byteLength);
      expect(content.subarray(offset, offset + length).equals(Buffer.from(weight.data.buffer))).toBe(true);
      expectSame(tensor, weight);
    }
    expect(graph.initializers.get("small")).toEqual(ramp(3));
    expect(storedAt(graph.initializers.get("small")!)).toBeUndefined();
  });

  it("is found behind symbolic links, as model caches have them", async () => {
    await writeModelFile(path, graphOf({ large }));
    const link = join(folder, "link.onnx");
    await symlink(path, link);
    const { root, path: within } = storedAt((await readModelFile(link)).initializers.get("large")!)!;
    expect(root + within).toBe(realpathSync(path));
  });

  it("is read when its data is first asked for, not before, and only of the file that was loaded", async () => {
    const tensor = (await stored({ large })).initializers.get("large")!;
    expect([tensor.dtype, tensor.shape]).toEqual(["float32", [200, 100]]);
    const earlier = new Date(1_000_000_000_000);
    await utimes(path, earlier, earlier);
    const reading = () => tensor.data;
    expect(reading).toThrow(FormatError);
    expect(reading).toThrow(/model\.onnx: tensor "large": .*the file has changed since the model was loaded/);
    expect(() => {
      storedAt(tensor)?.check();
    }).toThrow(/the file has changed/);
    await rm(path);
    expect(reading).toThrow(/model\.onnx: tensor "large": .*ENOENT/);
  });

  it("is in memory where a tensor is copied with other data", async () => {
    const tensor = (await stored({ large })).initializers.get("large") as HostTensor<"float32">;
    const doubled: HostTensor = { ...tensor, data: tensor.data.map((value) => 2 * value) };
    expect(storedAt(doubled)).toBeUndefined();
    expect(doubled.data[0]).toBeCloseTo(0.2);
  });

  it("is written again, also to the file that it is read from", async () => {
    const graph = await stored({ large, bits });
    for (const externalData of [false, true]) {
      const copy = join(folder, "copy.onnx");
      await writeModelFile(copy, graph, { externalData });
      expectSame((await readModelFile(copy)).initializers.get("bits")!, bits);
    }
    await writeModelFile(path, graph);
    expectSame((await readModelFile(path)).initializers.get("large")!, large);
  });

  it("is shared with an equal one, however little they differ from others", async () => {
    const other = float32(large.shape, large.data.with(-1, 0));
    const graph = await stored({ large, other, again: large });
    const names = (shared: Graph) => [...shared.initializers.keys()];
    expect(names(shareCommonSubexpressions(graph))).toEqual(["large", "other"]);
  });

  it("must be whole when the model is loaded, though it is not read", async () => {
    await writeModelFile(path, graphOf({ large }), { externalData: true });
    await truncate(`${path}.data`, 79_999);
    await expect(readModelFile(path)).rejects.toThrow(/tensor "large".*ends after 79999 of 80000 bytes/);
    await rm(`${path}.data`);
    await expect(readModelFile(path)).rejects.toThrow(/tensor "large".*ENOENT/);
  });
});

describe("weightFile", () => {
  it("reads any part of a region, and nothing beyond it", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
    await writeFile(path, bytes);
    const file = weightFile(path);
    const numbers = fc.array(fc.nat(300), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(numbers, ([a = 0, b = 0, c = 0, d = 0]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const [start, end] = [Math.min(c, d), Math.max(c, d)];
        const region = file(from, to - from);
        expect(region.read()).toEqual(bytes.slice(from, to));
        expect(region.read(start, end)).toEqual(bytes.slice(from, to).slice(start, end));
      }),
    );
    expect(() => file(200, 101)).toThrow("the file ends after 300 of 301 bytes");
  });
});
