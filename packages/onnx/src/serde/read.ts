import { fromBinary } from "@bufbuild/protobuf";
import { GraphError } from "@incipit/core";
import type { Graph } from "../graph/graph.js";
import { type ExternalData, formatError, type OwnData, PROTOBUF_LIMIT, type ReadContext } from "./context.js";
import { normalizeDomain } from "./domain.js";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./generated/onnx_pb.js";
import { inlineFunctions } from "./inline-functions.js";
import { readGraph } from "./read-graph.js";

/** How to read a model. */
export interface ReadOptions {
  /** What messages call the model; its file name, if it has one. */
  readonly name?: string;
  /** Where the data of tensors comes from that the model keeps outside. */
  readonly externalData?: ExternalData;
  /** Which tensors within the model stay in the file that it was read from. Without this all are copied. */
  readonly ownData?: OwnData;
}

/**
 * Read an ONNX model. Its local functions are inlined; `Constant` nodes become initializers, and so do inputs with a
 * default value. The graph holds on to nothing of `bytes`.
 * @throws {FormatError} when the bytes are no ONNX model, broken, or contain what is not supported
 */
export function readModel(bytes: Uint8Array, { name, externalData, ownData }: ReadOptions = {}): Graph {
  const context: ReadContext = { file: name ?? "ONNX model", externalData, ownData, bytes };
  const { model, graph } = parseModel(bytes, context);
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  try {
    return { ...readGraph(inlineFunctions(model, graph, context), opsetsOf(model), context), metadata };
  } catch (error) {
    if (error instanceof GraphError) throw formatError(context, error.message, error.details, error);
    throw error;
  }
}

function parseModel(bytes: Uint8Array, context: ReadContext): { model: ModelProto; graph: GraphProto } {
  if (bytes.byteLength === 0) throw formatError(context, "the file is empty");
  if (bytes.byteLength > PROTOBUF_LIMIT) {
    throw formatError(
      context,
      `${bytes.byteLength} bytes are more than the 2 GB that an ONNX file can hold; save the model with external data`,
    );
  }
  let model: ModelProto;
  try {
    // Not a Node Buffer: its `slice` and ours differ.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    model = fromBinary(ModelProtoSchema, plain, { readUnknownFields: false });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw formatError(context, `not an ONNX model, or a truncated one: ${reason}`, {}, cause);
  }
  const { graph, opsetImport } = model;
  if (graph === undefined || opsetImport.length === 0) {
    const lack = graph === undefined ? "graph" : "operator set";
    throw formatError(context, `not an ONNX model, or a truncated one: it has no ${lack}`);
  }
  return { model, graph };
}

/** The operator sets of the model; where only its functions use one, the newest that they ask for. */
function opsetsOf(model: ModelProto): Graph["opsets"] {
  const opsets: Record<string, number> = {};
  for (const { opsetImport } of model.functions) {
    for (const { domain, version } of opsetImport) {
      const key = normalizeDomain(domain);
      opsets[key] = Math.max(opsets[key] ?? 0, Number(version));
    }
  }
  for (const { domain, version } of model.opsetImport) opsets[normalizeDomain(domain)] = Number(version);
  return opsets;
}
