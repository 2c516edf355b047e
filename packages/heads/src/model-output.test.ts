import { ConfigError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../test/evaluate-head.js";
import { modelOutput } from "./model-output.js";

const features = {
  logits: tensor("float32", [1, 2], [1, -1]),
  answers: tensor("float32", [1, 2, 2], [1, 2, 3, 4]),
};

describe("modelOutput", () => {
  it("hands the model's logits on", async () => {
    expect(await evaluateHead(modelOutput(), { features })).toEqual({ logits: features.logits });
  });

  it("hands on the feature asked for, whatever its shape", async () => {
    expect(await evaluateHead(modelOutput("answers"), { features })).toEqual({ logits: features.answers });
  });

  it("learns nothing", () => {
    expect(modelOutput().parameters({ features: {} })).toEqual([]);
  });

  it("lists what there is when the model has no such output", async () => {
    const building = evaluateHead(modelOutput("scores"), { features });
    await expect(building).rejects.toThrow(ConfigError);
    await expect(building).rejects.toThrow('no "scores" here; there are: logits, answers');
  });
});
