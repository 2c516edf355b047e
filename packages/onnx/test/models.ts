/** @file Real exports, and inputs for them. */
import { readdirSync, readFileSync } from "node:fs";
import type { HostTensor, NamedTensors } from "@incipit/core";
import type { Graph } from "../src/index.js";

const CASES = new URL("../../testing/test-data/conformance/", import.meta.url);

/** Small transformers exported by PyTorch, in the old way and the new. */
export function conformanceModels(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  return readdirSync(CASES).flatMap((name) => {
    const folder = new URL(`${name}/onnx/`, CASES);
    return readdirSync(folder).map((file) => ({
      name: `${name}/${file}`,
      bytes: readFileSync(new URL(file, folder)),
    }));
  });
}

/** Sizes for the symbols in the models' shapes. */
const SIZES: Readonly<Record<string, number>> = { past_sequence_length: 0 };

/** Inputs that every model accepts: a batch of two, different ids, masks of ones. */
export function feedsFor(graph: Graph): NamedTensors {
  return Object.fromEntries(
    graph.inputs.map((input) => {
      const shape = (input.shape ?? []).map((dim, axis) => size(dim, axis));
      const length = shape.reduce((product, n) => product * n, 1);
      return [input.name, tensor(input.name, input.dtype, shape, length)];
    }),
  );
}

function size(dim: number | string | undefined, axis: number): number {
  if (typeof dim === "number") return dim;
  return SIZES[dim ?? ""] ?? (axis === 0 ? 2 : 5);
}

function tensor(name: string, dtype: string, shape: readonly number[], length: number): HostTensor {
  if (dtype === "int64") {
    const value = (i: number) =>
      name.includes("mask") ? 1n : BigInt(/type|position/.test(name) ? i % 2 : 5 + (i % 90));
    return { dtype, shape, data: BigInt64Array.from({ length }, (_, i) => value(i)) };
  }
  return { dtype: "float32", shape, data: Float32Array.from({ length }, (_, i) => Math.sin(i)) };
}
