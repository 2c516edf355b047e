/** @file The encoder's weights: a TF.js weights manifest and the shards that it lists. */
import { FormatError, type HostTensor } from "@incipit/core";
import { sizeOf } from "@incipit/onnx";
import { join } from "node:path";
import { readBytes, readJson, REINSTALL } from "./files.js";

/** Tensors by the names that TensorFlow gave them. */
export type Weights = ReadonlyMap<string, HostTensor>;

/** What `model.json` says of one tensor. They lie one after the other in the joined shards. */
interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
}

/**
 * Read all weights of the TF.js graph model in `folder`.
 * @returns the tensors, views of `bytes`: all shards joined
 * @throws {FormatError} when a file is missing, truncated, or not what `model.json` says
 */
export async function readWeights(folder: string): Promise<{ weights: Weights; bytes: Uint8Array }> {
  const file = join(folder, "model.json");
  const { paths, entries } = parseManifest(await readJson(folder, "model.json"), file);
  const bytes = concatenate(await Promise.all(paths.map((path) => readBytes(folder, path))));

  const expected = entries.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (bytes.length !== expected) {
    throw new FormatError(
      `${folder}: the ${paths.length} weight shards hold ${bytes.length} bytes, ${file} lists ${expected}. ${REINSTALL}`,
      { details: { folder, bytes: bytes.length, expected } },
    );
  }

  const weights = new Map<string, HostTensor>();
  let offset = 0;
  for (const { name, shape, dtype } of entries) {
    const size = sizeOf(shape);
    weights.set(
      name,
      dtype === "float32"
        ? { dtype, shape, data: new Float32Array(bytes.buffer, offset, size) }
        : { dtype, shape, data: new Int32Array(bytes.buffer, offset, size) },
    );
    offset += 4 * size;
  }
  return { weights, bytes };
}

/** The shards' names and the tensors in them, in order. */
function parseManifest(model: unknown, file: string): { paths: string[]; entries: WeightEntry[] } {
  const groups = field(model, "weightsManifest");
  const group: unknown = Array.isArray(groups) && groups.length === 1 ? groups[0] : undefined;
  const paths = field(group, "paths");
  const entries = field(group, "weights");
  if (!isArrayOf(paths, isString) || !isArrayOf(entries, isWeightEntry)) {
    throw new FormatError(
      `${file}: expected a TF.js graph model with one group of unquantised float32 and int32 weights in "weightsManifest". ${REINSTALL}`,
      { details: { file } },
    );
  }
  return { paths, entries };
}

function isWeightEntry(value: unknown): value is WeightEntry {
  const dtype = field(value, "dtype");
  return (
    isString(field(value, "name")) &&
    isArrayOf(field(value, "shape"), isSize) &&
    (dtype === "float32" || dtype === "int32") &&
    field(value, "quantization") === undefined
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isArrayOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

/** In memory of their own, so that float32 views are aligned. */
function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
