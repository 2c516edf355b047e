/** @file A graph as ONNX Runtime takes it. */
import { type Graph, writeModel } from "@incipit/onnx";

/** A model's bytes, and beside them the weights that are not within. */
export interface OrtModel {
  readonly bytes: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Weights from this size on are handed to ONNX Runtime as they lie in memory, not written into the model's bytes. */
const MIN_EXTERNAL_BYTES = 1024;

/** A graph, or the bytes of an ONNX model, for ONNX Runtime. */
export function toOrtModel(model: Graph | Uint8Array): OrtModel {
  if (model instanceof Uint8Array) return { bytes: model, externalData: [] };
  const externalData: { readonly path: string; readonly data: Uint8Array }[] = [];
  const bytes = writeModel(model, {
    storeExternally: (data) => {
      if (data.byteLength < MIN_EXTERNAL_BYTES) return undefined;
      const path = `weight ${externalData.length}`;
      externalData.push({ path, data });
      return { location: path, offset: 0 };
    },
  });
  return { bytes, externalData };
}
