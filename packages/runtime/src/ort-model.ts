/** @file A graph as ONNX Runtime takes it. */
import type { HostTensor } from "@incipit/core";
import {
  byteLength,
  type ExternalLocation,
  type Graph,
  storedAt,
  tensorToBytes,
  writeModel,
} from "@incipit/onnx";

/** Weights that are not within a model's bytes. */
export interface OrtWeights {
  /** Those in memory. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
  /** The folder that the paths of those in files begin in. */
  readonly folder?: string | undefined;
}

/** A model's bytes, and beside them the weights that are not within. */
export interface OrtModel extends OrtWeights {
  readonly bytes: Uint8Array;
}

/** Weights from this size on are not written into the model's bytes. */
const MIN_EXTERNAL_BYTES = 1024;

/**
 * A graph, or the bytes of an ONNX model, for ONNX Runtime. Weights that lie in files are mapped into memory from there, so that all
 * sessions share them; others are handed over as they lie in memory.
 * @param mapsFiles whether ONNX Runtime can do that here
 * @throws {FormatError} when such a file is no longer what it was
 */
export function toOrtModel(model: Graph | Uint8Array, mapsFiles: boolean): OrtModel {
  if (model instanceof Uint8Array) return { bytes: model, externalData: [] };
  const externalData: { readonly path: string; readonly data: Uint8Array }[] = [];
  let folder: string | undefined;
  const inFile = (weight: HostTensor): ExternalLocation | undefined => {
    const region = mapsFiles ? storedAt(weight) : undefined;
    // ONNX Runtime takes one folder for all: the root, or on Windows the drive of the first.
    if (region === undefined || (folder ??= region.root) !== region.root) return undefined;
    region.check();
    return { location: region.path, offset: region.offset };
  };
  const inMemory = (weight: HostTensor): ExternalLocation | undefined => {
    if (byteLength(weight.dtype, weight.shape) < MIN_EXTERNAL_BYTES) return undefined;
    const path = `weight ${externalData.length}`;
    externalData.push({ path, data: tensorToBytes(weight) });
    return { location: path, offset: 0 };
  };
  const bytes = writeModel(model, { storeExternally: (weight) => inFile(weight) ?? inMemory(weight) });
  return { bytes, externalData, folder };
}
