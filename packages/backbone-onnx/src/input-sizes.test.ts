import { expect, it } from "vitest";
import { inputSizes } from "./input-sizes.js";

it.each([
  ["one number", { image_size: 16, num_channels: 1 }, { num_channels: 1, height: 16, width: 16 }],
  ["height and width", { image_size: [8, 16] }, { num_channels: 3, height: 8, width: 16 }],
  ["nothing", { hidden_size: 32 }, {}],
])("reads the size of images from %s", (_, config, expected) => {
  expect(inputSizes(config)).toEqual(expected);
});
