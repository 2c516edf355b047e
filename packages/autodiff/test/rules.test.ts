import { evaluateReference } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { supportedOperators } from "../src/index.js";
import { checkGradient, graphOf } from "./check-gradient.js";
import { gradientCases } from "./gradient-cases/index.js";

describe("every rule has cases, and every case a rule", () => {
  it("the two tables have the same operators", () => {
    expect(Object.keys(gradientCases).sort()).toEqual(supportedOperators());
  });
});

describe.each(Object.entries(gradientCases))("%s", (_, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_name, testCase) => {
    const smooth = graphOf(testCase, testCase.truth);
    await checkGradient(testCase, graphOf(testCase), evaluateReference, smooth);
  });
});
