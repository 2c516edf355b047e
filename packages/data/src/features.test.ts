import { ConfigError, type Batch, type Tokenizer } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeFeatures } from "./features.js";

const tokenizer = { padId: 0 } as Tokenizer;

/** A backbone whose feature is the sum of a text's ids, and how many texts it was given at a time. */
function summing() {
  const sizes: number[] = [];
  return {
    sizes,
    tokenizer,
    features: { sum: { kind: "pooled", width: 1 }, tokens: { kind: "tokens", width: 1 } },
    encode: ({ input_ids }: Batch) => {
      const [batch = 0, seq = 0] = input_ids!.shape;
      sizes.push(batch);
      const ids = Array.from(input_ids!.data as BigInt64Array, Number);
      const sums = Array.from({ length: batch }, (_, i) =>
        ids.slice(i * seq, (i + 1) * seq).reduce((a, b) => a + b, 0),
      );
      return Promise.resolve({ sum: tensor("float32", [batch, 1], sums) });
    },
  } as const;
}

it("gives each text its own row, in the texts' order, whatever the batch size", async () => {
  const texts = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 7 }), async (rows, batchSize) => {
      const backbone = summing();
      const { sum } = await encodeFeatures({ backbone, encodings: rows.map((ids) => ({ ids })), batchSize });
      expect(Array.from(sum!.data as Float32Array)).toEqual(
        rows.map((ids) => ids.reduce((a, b) => a + b, 0)),
      );
      expect(Math.max(...backbone.sizes)).toBeLessThanOrEqual(batchSize);
    }),
  );
});

it("names a feature that is not pooled", async () => {
  const encoding = encodeFeatures({ backbone: summing(), encodings: [{ ids: [1] }], features: ["tokens"] });
  await expect(encoding).rejects.toThrow('"tokens" is no pooled feature of the backbone; it has sum.');
});

it("refuses no texts", async () => {
  await expect(encodeFeatures({ backbone: summing(), encodings: [] })).rejects.toThrow(ConfigError);
});
