import { ConfigError, type HostTensor } from "@incipit/core";
import { seededRandom, tensor, zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { lateFusion } from "./late-fusion.js";

const h = tensor("float32", [2, 3], [1, 2, 3, -1, 0, 2]);
const p = tensor("float32", [2], [0.5, -2]);
/** W = (W_p, W_h), `[labels, 2 + 3]`. */
const weight = tensor("float32", [2, 5], [1, 2, 1, 0, -1, 0, -1, 2, 1, 0]);

const fuse = async (features: HostTensor, prompt: HostTensor) => {
  const parameters = { "head.prompt": prompt, "head.weight": weight };
  const head = lateFusion({ labels: 2, promptWidth: 2 });
  return (await evaluateHead(head, { features: { embedding: features }, parameters }))["logits"];
};

const specs = (promptWidth?: number) =>
  lateFusion({ labels: 4, ...(promptWidth === undefined ? {} : { promptWidth }) }).parameters({
    features: { embedding: { kind: "pooled", width: 36 } },
  });

describe("lateFusion", () => {
  it("gives W concat(p, h)", async () => {
    // W_p p = (-3.5, 2); W_h h = (-2, 4) and (-3, -2)
    expectNear(await fuse(h, p), [2, 2], [-5.5, 6, -6.5, 0]);
  });

  it("adds the same to a class whatever the text: p acts as one bias per class", async () => {
    const random = seededRandom(4);
    const texts = tensor(
      "float32",
      [6, 3],
      Float32Array.from({ length: 18 }, () => random.normal()),
    );
    const [withPrompt, without] = [await fuse(texts, p), await fuse(texts, zeros("float32", [2]))];
    const [fused, plain] = [withPrompt, without].map((logits) => Array.from(logits!.data, Number));
    const added = fused!.map((logit, i) => logit - plain![i]!);
    const bias = [-3.5, 2].map((value) => expect.closeTo(value, 5) as number);
    expect(added).toEqual(Array.from({ length: 6 }, () => bias).flat());
  });

  it("learns the prompt vector in the prompt's group and the matrix in the head's", () => {
    expect(specs(5).map(({ name, shape, group }) => [name, shape, group])).toEqual([
      ["head.prompt", [5], "prompt"],
      ["head.weight", [4, 41], "head"],
    ]);
  });

  it("has a prompt 64 wide unless told otherwise, with entries as large as the matrix's", () => {
    const start = () => specs().map((spec) => spec.initialize(seededRandom(0)));
    const [prompt, matrix] = start();
    expect(prompt!.shape).toEqual([64]);
    expect(matrix!.shape).toEqual([4, 100]);
    expect(Math.max(...matrix!.data.map(Math.abs))).toBeLessThanOrEqual(0.1);
    const rms = Math.sqrt(prompt!.data.reduce((sum, value) => sum + value ** 2, 0) / 64);
    expect(rms).toBeGreaterThan(0.07);
    expect(rms).toBeLessThan(0.14);
    expect(start()).toEqual([prompt, matrix]);
  });

  it("refuses a single label, and a prompt without width", () => {
    expect(() => lateFusion({ labels: 1 })).toThrow(ConfigError);
    expect(() => lateFusion({ labels: 2, promptWidth: 0 })).toThrow(ConfigError);
    expect(() => lateFusion({ labels: 2, promptWidth: 1.5 })).toThrow("got 1.5");
  });
});
