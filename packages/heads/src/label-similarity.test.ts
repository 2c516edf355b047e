import { ConfigError, ShapeError } from "@incipit/core";
import { seededRandom, tensor, zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { labelSimilarity } from "./label-similarity.js";

const embeddings = tensor("float32", [3, 2], [1, 0, 0, -2, 3, 4]);
/** Of lengths 5 and 2. */
const texts = tensor("float32", [2, 2], [3, 4, 0, -2]);
const cosines = [3 / 5, -4 / 5, 1, 0, 1, -4 / 5];

const logitsOf = async (scale?: number) => {
  const head = labelSimilarity({ embeddings, ...(scale === undefined ? {} : { scale }) });
  const inputs = { features: { embedding: texts }, parameters: { "head.labels": embeddings } };
  return (await evaluateHead(head, inputs))["logits"];
};

describe("labelSimilarity", () => {
  it("gives the cosines of every text with every label, times 20", async () => {
    expectNear(
      await logitsOf(),
      [2, 3],
      cosines.map((cosine) => 20 * cosine),
    );
  });

  it("multiplies the cosines by the scale asked for", async () => {
    expectNear(await logitsOf(1), [2, 3], cosines);
  });

  it("does not mind how long the embeddings are", async () => {
    const head = labelSimilarity({ embeddings, scale: 1 });
    const longer = tensor("float32", [3, 2], [10, 0, 0, -0.2, 9, 12]);
    const { logits } = await evaluateHead(head, {
      features: { embedding: texts },
      parameters: { "head.labels": longer },
    });
    expectNear(logits, [2, 3], cosines);
  });

  it("starts from a copy of the embedded descriptions, whatever the seed", () => {
    const [spec, ...others] = labelSimilarity({ embeddings }).parameters({
      features: { embedding: { kind: "pooled", width: 2 } },
    });
    expect(others).toEqual([]);
    expect(spec).toMatchObject({ name: "head.labels", shape: [3, 2], group: "head", learningRateScale: 1 });
    const [a, b] = [spec!.initialize(seededRandom(1)), spec!.initialize(seededRandom(2))];
    expect(a).toEqual(embeddings);
    expect(b).toEqual(embeddings);
    expect(a.data).not.toBe(embeddings.data);
  });

  it("refuses descriptions that are no matrix, or of a single label", () => {
    expect(() => labelSimilarity({ embeddings: zeros("float32", [4]) })).toThrow(ShapeError);
    expect(() => labelSimilarity({ embeddings: zeros("float32", [4]) })).toThrow("got float32[4]");
    expect(() => labelSimilarity({ embeddings: zeros("float32", [1, 4]) })).toThrow(ConfigError);
  });

  it("refuses a feature of another width", () => {
    const parameters = () =>
      labelSimilarity({ embeddings }).parameters({ features: { pooled: { kind: "pooled", width: 512 } } });
    expect(parameters).toThrow(ShapeError);
    expect(parameters).toThrow('embedded in 2 dimensions, the feature "pooled" has 512');
  });
});
