import { ConfigError, GraphError, type Batch, type Placement } from "@incipit/core";
import { crossEntropy, modelOutput, pooledHead } from "@incipit/heads";
import { GraphBuilder, int64, onnxOps } from "@incipit/onnx";
import { fromRandom, fromVocabulary, softPrompt } from "@incipit/prompts";
import { seededRandom, tensor } from "@incipit/tensor";
import { expectClose, randomTensors } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { onnxBackbone } from "../src/index.js";

const WIDTH = 4;
type Float = "float32" | "float16" | "bfloat16";

/**
 * Three "pixels" as patches, position embeddings, and their states, in some float type; `fixed` writes the length into the
 * graph.
 */
function imageModel({
  fixed = false,
  dtype = "float32",
}: { readonly fixed?: boolean; readonly dtype?: Float } = {}) {
  const random = randomTensors(1);
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const weight = (shape: readonly number[]) =>
    g.initializer(tensor(dtype, shape, Array.from(random.normal(shape).data)));
  const pixels = g.input("pixel_values", dtype, ["batch", 3, 2]);
  const patches = g.op("MatMul", [pixels, weight([2, WIDTH])]);
  const embedded = g.op("Add", [patches, weight([1, 3, WIDTH])]);
  const shape = g.initializer(int64([-1, fixed ? 3 : 0, WIDTH]));
  const states = ops.tanh(g.op("Reshape", [embedded, shape]));
  g.output(states, "states", dtype, ["batch", "positions", WIDTH]);
  g.output(ops.sum(states, [1]), "logits", dtype, ["batch", WIDTH]);
  return g.build();
}

const backbone = (options = {}) =>
  onnxBackbone({ name: "eye", graph: imageModel(options), fingerprint: "eye-1", maxLength: 3 });

const batch = { pixel_values: tensor("float32", [2, 3, 2], [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1]) };
const rows = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const prompt = (placement: { readonly placement?: Placement } = {}) =>
  softPrompt({ virtualTokens: 2, init: () => tensor("float32", [2, WIDTH], rows), ...placement });
const values = { "prompt.embeddings": tensor("float32", [2, WIDTH], rows) };

describe("a model of images", () => {
  it.each([
    ["behind the first patch by default", {}, 1],
    ["in front", { placement: "front" }, 0],
  ] as const)("gets the virtual tokens as further positions, %s", async (_, placement, at) => {
    const eye = await backbone();
    const step = await eye.compile({ prompt: prompt(placement), head: modelOutput("states") });
    const { states } = await eye.encode(batch);
    const { logits } = await step.predict(batch, values);
    expect(logits?.shape).toEqual([2, 5, WIDTH]);
    const position = (x: typeof logits, i: number) =>
      Array.from(x!.data.slice(i * WIDTH, (i + 1) * WIDTH), Number);
    const virtual = rows.map((x) => Math.fround(Math.tanh(Math.fround(x))));
    virtual.forEach((x, i) => {
      expect(Number(logits!.data[at * WIDTH + i])).toBeCloseTo(x, 6);
    });
    expect(position(logits, at + 2)).toEqual(position(states, at));
    await step.dispose();
    await eye.dispose();
  });

  it("trains, with a mask that tells its own positions from virtual ones", async () => {
    const eye = await backbone();
    const step = await eye.compile({ prompt: prompt(), head: pooledHead({ feature: "states" }) });
    const { embedding } = await step.predict(batch, values);
    const { states } = await eye.encode(batch);
    const mean = [0, 1, 2].reduce((sum, i) => sum + Number(states!.data[i * WIDTH]) / 3, 0);
    expect(Number(embedding!.data[0])).toBeCloseTo(mean, 5);

    const training = await eye.compile({ prompt: prompt(), head: modelOutput(), objective: crossEntropy() });
    const { loss, gradients } = await training.step(
      { ...batch, labels: tensor("int64", [2], [0, 3]) },
      values,
    );
    expect(loss).toBeGreaterThan(0);
    expect(gradients["prompt.embeddings"]?.data.some((x) => x !== 0)).toBe(true);
    await step.dispose();
    await training.dispose();
    await eye.dispose();
  });

  it.each(["float16", "bfloat16"] as const)(
    "takes pixels in float32 or %s where it computes in that",
    async (dtype) => {
      const stepOf = async (images: Batch, options: { readonly dtype?: Float }) => {
        const eye = await backbone(options);
        const step = await eye.compile({ prompt: prompt(), head: modelOutput(), objective: crossEntropy() });
        const result = await step.step({ ...images, labels: tensor("int64", [2], [0, 3]) }, values);
        const { states } = await eye.encode(images);
        await step.dispose();
        await eye.dispose();
        return { loss: result.loss, gradient: result.gradients["prompt.embeddings"], states };
      };
      const { shape, data } = batch.pixel_values;
      const halves = { pixel_values: tensor(dtype, shape, Array.from(data)) };
      const expected = await stepOf(batch, {});
      const actual = await stepOf(batch, { dtype });
      expect(await stepOf(halves, { dtype })).toEqual(actual);
      const relative = dtype === "float16" ? 5e-3 : 5e-2;
      expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(relative);
      expectClose(actual.gradient, expected.gradient!, { relative, relativeTo: "largest" });
      expectClose(actual.states, expected.states!, { relative, relativeTo: "largest" });
    },
  );

  it("has no vocabulary, but a size that prompts can start from", async () => {
    const eye = await backbone();
    expect(eye.embeddings).toMatchObject({ size: 0, width: WIDTH });
    expect(eye.embeddings.rms).toBeGreaterThan(0.1);
    expect(eye.embeddings.rms).toBeLessThan(10);
    expect(eye.placement).toBe("after-first");
    const specs = (init: ReturnType<typeof fromRandom>) =>
      softPrompt({ virtualTokens: 2, init }).parameters(eye);
    expect(specs(fromRandom())[0]?.initialize(seededRandom(0)).shape).toEqual([2, WIDTH]);
    expect(() => specs(fromVocabulary())[0]?.initialize(seededRandom(0))).toThrow(/vocabulary/);
  });

  it("says that it reads no text", async () => {
    const eye = await backbone();
    expect(() => eye.tokenizer.encode("a cat")).toThrow(ConfigError);
    expect(() => eye.tokenizer.padId).toThrow('"eye" takes no token ids');
  });

  it("says so when its graph has one fixed length", async () => {
    const compiling = (await backbone({ fixed: true })).compile({
      prompt: prompt(),
      head: modelOutput(),
      objective: crossEntropy(),
    });
    await expect(compiling).rejects.toThrow(GraphError);
    await expect(compiling).rejects.toThrow(/exported for one fixed length/);
  });
});
