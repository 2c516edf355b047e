/** @file The key/value cache of a decoder: inputs `past_key_values.*`, outputs `present.*`, `[batch, heads, past, headDim]`. */
import { GraphError, type HostTensor, type NamedTensors } from "@incipit/core";
import type { Graph, OutputInfo, Value } from "@incipit/onnx";
import { zeros } from "@incipit/tensor";
import { isCache } from "../fixed-inputs.js";

/** A cache by the names of the inputs that take it. */
export type Cache = NamedTensors;

/** What a decoder's outputs tell of its cache. */
export interface CacheLayout {
  /** A cache that nothing is in. */
  empty(batch: number): Cache;
  /** The cache after a run, given the one before it. Keys and values of an encoder's states are kept from the first run. */
  after(results: NamedTensors, before?: Cache): Cache;
}

export function isCacheOutput({ name }: OutputInfo): boolean {
  return name.startsWith("present");
}

/**
 * The layout of the cache that `reader` takes and `writer` gives, which may be one graph; nothing where `reader` takes none.
 * @throws {GraphError} when `writer` lacks an output for an input of `reader`
 */
export function cacheLayout(reader: Graph, writer: Graph): CacheLayout | undefined {
  const inputs = reader.inputs.filter(isCache);
  if (inputs.length === 0) return undefined;
  const outputs = new Map(
    writer.outputs.filter(isCacheOutput).map(({ name }) => [slot(name), name] as const),
  );
  const pairs = inputs.map(({ name }) => {
    const output = outputs.get(slot(name));
    if (output === undefined) {
      throw new GraphError(
        `The decoder takes "${name}" but has no output for it, such as "present${slot(name)}".`,
      );
    }
    return [name, output] as const;
  });
  return {
    empty: (batch) =>
      Object.fromEntries(
        inputs.map(({ name, dtype, shape = [] }) => {
          const [, ...sizes] = shape.map((dim) => (typeof dim === "number" ? dim : 0));
          return [name, zeros(dtype, [batch, ...sizes])];
        }),
      ),
    after: (results, before) =>
      Object.fromEntries(
        pairs.map(([input, output]) => {
          const kept = isCrossAttention(input) ? before?.[input] : undefined;
          return [input, kept ?? given(results, output)];
        }),
      ),
  };
}

/** `.0.key` of `past_key_values.0.key` and of `present.0.key`. */
function slot(name: Value): string {
  return name.slice(name.indexOf("."));
}

/** `past_key_values.0.encoder.key` */
function isCrossAttention(name: Value): boolean {
  return name.includes(".encoder.");
}

function given(results: NamedTensors, output: Value): HostTensor {
  const tensor = results[output];
  if (tensor === undefined) throw new GraphError(`The decoder gave no "${output}".`);
  return tensor;
}
