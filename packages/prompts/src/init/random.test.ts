import { seededRandom } from "@incipit/tensor";
import { expect, it } from "vitest";
import { tinyBackbone } from "../../test/tiny-backbone.js";
import { fromRandom } from "./random.js";

const draw = (scale?: number) =>
  fromRandom(scale)({ ...tinyBackbone, virtualTokens: 10_000, random: seededRandom(0) });

it("draws entries around zero, with the table's root mean square", () => {
  const { data } = draw();
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const rms = Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length);
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(rms / tinyBackbone.embeddings.rms).toBeCloseTo(1, 1);
});

it("multiplies the noise by the scale", () => {
  expect(draw(0.5).data).toEqual(draw().data.map((value) => value / 2));
});
