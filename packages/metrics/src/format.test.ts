import { describe, expect, it } from "vitest";
import { formatConfusionMatrix } from "./format.js";

describe("formatConfusionMatrix", () => {
  it("aligns names and counts", () => {
    expect(
      formatConfusionMatrix(
        [
          [120, 3],
          [1, 9],
        ],
        ["ham", "spam"],
      ),
    ).toMatchInlineSnapshot(`
      "label \\ predicted  ham  spam
      ham                120     3
      spam                 1     9"
    `);
  });
});
