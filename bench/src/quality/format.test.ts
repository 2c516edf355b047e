import { expect, it } from "vitest";
import { formatQuality } from "./format.js";

it("shows each seed, the means, and how far they are from the first row's", () => {
  const text = formatQuality([
    { name: "fp32", accuracies: [0.93, 0.95] },
    { name: "int8", accuracies: [0.94, 0.95] },
    { name: "quantised file", accuracies: [0.9, 0.951] },
  ]);
  expect(text).toBe(
    [
      "                seed 0  seed 1   mean  difference",
      "fp32              93.0    95.0  94.00",
      "int8              94.0    95.0  94.50       +0.50",
      "quantised file    90.0    95.1  92.55       -1.45",
    ].join("\n"),
  );
});
