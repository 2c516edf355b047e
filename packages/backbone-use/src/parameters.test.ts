import { FormatError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "./files.js";
import { encoderParameters } from "./parameters.js";
import { readWeights, type Weights } from "./weights.js";

const EMBEDDINGS = "module/Embeddings_en";

let weights: Weights;

beforeAll(async () => {
  ({ weights } = await readWeights(packageFolder()));
});

describe("encoderParameters", () => {
  test("finds two layers, of which the first widens from 256 to 512", () => {
    const { layers } = encoderParameters(weights);
    expect(layers.map(({ width }) => width)).toEqual([256, 512]);
    expect(layers.map(({ shortcut }) => shortcut?.kernel.shape)).toEqual([[256, 512], undefined]);
  });

  test("scales queries by the root of a head's width", () => {
    const [first, second] = encoderParameters(weights).layers;
    expect(first!.queryScale).toBeCloseTo(1 / Math.sqrt(64), 7);
    expect(second!.queryScale).toBeCloseTo(1 / Math.sqrt(128), 7);
  });

  test("names a weight that is missing", () => {
    const without = new Map(weights);
    without.delete(EMBEDDINGS);
    expect(() => encoderParameters(without)).toThrow(FormatError);
    expect(() => encoderParameters(without)).toThrow(/"module\/Embeddings_en".*there is none/);
  });

  test("names a weight of another shape", () => {
    const other = new Map(weights).set(EMBEDDINGS, tensor("float32", [1, 2], [3, 4]));
    expect(() => encoderParameters(other)).toThrow(FormatError);
    expect(() => encoderParameters(other)).toThrow(/expected float32\[8002,256\], got float32\[1,2\]/);
  });
});
