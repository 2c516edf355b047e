/** @file A graph as ONNX Runtime takes it. */
import type { HostTensor } from "@incipit/core";
import { byteLength, type Graph, storedAt, tensorToBytes, writeModel } from "@incipit/onnx";
import { foldsOnlyTransposes } from "./transposes.js";

/** Weights that are not within a model's bytes: all in memory, or all in files. */
export interface OrtWeights {
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
  /** The folder that the paths of those in files begin in. */
  readonly folder?: string | undefined;
  /** Whether ONNX Runtime should leave constants as they are: what it would compute of them is nothing but copies. */
  readonly keepConstants?: boolean;
}

/** A model's bytes, and beside them the weights that are not within. */
export interface OrtModel extends OrtWeights {
  readonly bytes: Uint8Array;
}

/**
 * A graph, or the bytes of an ONNX model, for ONNX Runtime.
 * @param mapsFiles whether ONNX Runtime can map weights into memory from the files that they lie in, so that all sessions share them
 * @throws {FormatError} when such a file is no longer what it was
 */
export function toOrtModel(model: Graph | Uint8Array, mapsFiles: boolean): OrtModel {
  if (model instanceof Uint8Array) return { bytes: model, externalData: [] };
  return (mapsFiles ? fromFiles(model) : undefined) ?? fromMemory(model);
}

/** More than this is not written into a model's bytes. */
const MAX_WITHIN = 2 ** 30;

/** ONNX Runtime takes weights from one folder, and then none from memory: what lies elsewhere goes into the model's bytes. */
function fromFiles(graph: Graph): OrtModel | undefined {
  const weights = [...graph.initializers.values()];
  const folder = weights.map((weight) => storedAt(weight)?.root).find((root) => root !== undefined);
  const regionOf = (weight: HostTensor) => {
    const region = storedAt(weight);
    // On Windows each drive has a root.
    return region?.root === folder ? region : undefined;
  };
  const within = weights.filter((weight) => regionOf(weight) === undefined);
  if (folder === undefined || sum(within.map(bytesOf)) > MAX_WITHIN) return undefined;
  const bytes = writeModel(graph, {
    storeExternally(weight) {
      const region = regionOf(weight);
      region?.check();
      return region && { location: region.path, offset: region.offset };
    },
  });
  return { bytes, externalData: [], folder, keepConstants: foldsOnlyTransposes(graph) };
}

/** Weights from this size on are handed over as they lie in memory, not written into the model's bytes. */
const MIN_EXTERNAL = 1024;

function fromMemory(graph: Graph): OrtModel {
  const externalData: { readonly path: string; readonly data: Uint8Array }[] = [];
  const bytes = writeModel(graph, {
    storeExternally(weight) {
      if (bytesOf(weight) < MIN_EXTERNAL) return undefined;
      const path = `weight ${externalData.length}`;
      externalData.push({ path, data: tensorToBytes(weight) });
      return { location: path, offset: 0 };
    },
  });
  return { bytes, externalData };
}

function bytesOf({ dtype, shape }: HostTensor): number {
  return byteLength(dtype, shape);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
