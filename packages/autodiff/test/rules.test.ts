import { evaluateReference } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { supportedOperators } from "../src/index.js";
import { checkGradient, graphOf } from "./check-gradient.js";
import { gradientCases } from "./gradient-cases/index.js";
import { loweringCases } from "./lowering-cases/index.js";

it("has cases for every operator that has a rule or is taken apart, and for no other", () => {
  const tested = Object.keys({ ...gradientCases, ...loweringCases });
  expect(tested.sort()).toEqual(supportedOperators());
});

describe.each(Object.entries(gradientCases))("%s", (_, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_name, testCase) => {
    const smooth = graphOf(testCase, testCase.truth);
    await checkGradient(testCase, graphOf(testCase), evaluateReference, smooth);
  });
});
