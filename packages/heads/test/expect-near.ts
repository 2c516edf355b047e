import type { HostTensor } from "@incipit/core";
import { expect } from "vitest";

/** Expects float32 values to be these, to five digits. */
export function expectNear(
  actual: HostTensor | undefined,
  shape: readonly number[],
  values: readonly number[],
) {
  expect(actual).toMatchObject({ dtype: "float32", shape });
  expect(Array.from(actual!.data, Number)).toEqual(values.map((value) => expect.closeTo(value, 5) as number));
}
