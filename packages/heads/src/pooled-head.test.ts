import { tensor } from "@incipit/tensor";
import { describe, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { pooledHead } from "./pooled-head.js";

const features = { sentence: tensor("float32", [2, 2], [3, 4, 0, -2]) };

describe("pooledHead", () => {
  it("gives a vector per text as it is", async () => {
    const { embedding } = await evaluateHead(pooledHead(), { features });
    expectNear(embedding, [2, 2], [3, 4, 0, -2]);
  });

  it("makes it one of length 1 where that is asked for", async () => {
    const { embedding } = await evaluateHead(pooledHead({ normalize: true }), { features });
    expectNear(embedding, [2, 2], [0.6, 0.8, 0, -1]);
  });
});
