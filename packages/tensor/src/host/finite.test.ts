import { expect, test } from "vitest";
import { tensor } from "./create.js";
import { assertFinite } from "./finite.js";

test("passes on finite numbers", () => {
  const x = tensor("float32", [2], [1, -3e38]);
  expect(assertFinite(x, "the loss")).toBe(x);
});

test.each([NaN, Infinity, -Infinity])("names the tensor and the place of a %d", (value) => {
  expect(() => assertFinite(tensor("float32", [3], [0, 1, value]), "Gradient of head.weight")).toThrow(
    expect.objectContaining({
      name: "DivergenceError",
      message:
        `Gradient of head.weight, float32[3], has ${value} at index 2, expected finite numbers; ` +
        "lower the learning rate, or clip gradients.",
    }),
  );
});
