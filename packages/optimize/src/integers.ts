import type { HostTensor } from "@incipit/core";

/** The entries of a tensor of sizes, axes or indices. */
export function integers({ data }: HostTensor): readonly number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}
