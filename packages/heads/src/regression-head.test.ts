import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { expectNear } from "../test/expect-near.js";
import { regressionHead } from "./regression-head.js";

const features = { embedding: tensor("float32", [2, 2], [1, 2, -1, 0.5]) };
const parameters = {
  "head.weight": tensor("float32", [1, 2], [2, -1]),
  "head.bias": tensor("float32", [1], [0.5]),
};

describe("regressionHead", () => {
  it("gives w·x + b", async () => {
    const { prediction } = await evaluateHead(regressionHead(), { features, parameters });
    expectNear(prediction, [2, 1], [0.5, -2]);
  });

  it("gives it in the unit of the numbers", async () => {
    const head = regressionHead({ mean: 100, deviation: 10 });
    const { prediction } = await evaluateHead(head, { features, parameters });
    expectNear(prediction, [2, 1], [105, 80]);
  });

  it("has a weight as wide as the feature it reads, and a bias", () => {
    const specs = regressionHead().parameters({ features: { embedding: { kind: "pooled", width: 7 } } });
    expect(specs.map(({ name, shape, group }) => [name, shape, group])).toEqual([
      ["head.weight", [1, 7], "head"],
      ["head.bias", [1], "head"],
    ]);
  });
});
