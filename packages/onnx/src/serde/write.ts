import { create, toBinary } from "@bufbuild/protobuf";
import { FormatError, type HostTensor } from "@incipit/core";
import type { Attribute, Dimension, Graph, Node, OutputInfo } from "../graph/graph.js";
import { byteLength, DATA_TYPE, tensorToBytes, toInt64 } from "../graph/tensors.js";
import { PROTOBUF_LIMIT } from "./context.js";
import { writeNodeModule } from "./node-module.js";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type TensorShapeProto_Dimension,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./generated/onnx_pb.js";

/** Where a tensor's bytes lie outside the model. */
export interface ExternalLocation {
  /** File, relative to the model's folder. */
  readonly location: string;
  readonly offset: number;
}

/** How to write a model. */
export interface WriteOptions {
  /** Say where a weight's bytes are kept outside the model; undefined puts them into it. */
  readonly storeExternally?: (weight: HostTensor) => ExternalLocation | undefined;
}

/**
 * Encode a graph as an ONNX model.
 * @throws {FormatError} when it would be larger than the 2 GB that an ONNX file can hold
 */
export function writeModel(graph: Graph, { storeExternally }: WriteOptions = {}): Uint8Array {
  const store = storeExternally ?? (() => undefined);
  const initializer = Array.from(graph.initializers, ([name, tensor]) => {
    const location = store(tensor);
    return location === undefined ? writeTensor(tensor, name) : writeExternal(tensor, name, location);
  });
  const bytes = initializer.reduce((sum, { rawData }) => sum + rawData.byteLength, 0);
  if (bytes > PROTOBUF_LIMIT) {
    throw new FormatError(
      `The weights of graph "${graph.name}" take ${bytes} bytes, more than the 2 GB that an ONNX file can hold; ` +
        "write it with external data.",
      { details: { bytes } },
    );
  }
  const opset = graph.opsets[""] ?? 0;
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion(opset)),
    producerName: "incipit",
    graph: writeGraph(graph, initializer),
    opsetImport: Object.entries(graph.opsets).map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * The format version that ONNX released together with an operator set, so that older readers are not turned away.
 * @see https://github.com/onnx/onnx/blob/main/docs/Versioning.md#released-versions
 */
function irVersion(opset: number): number {
  if (opset <= 18) return 8;
  if (opset <= 20) return 9;
  return opset <= 22 ? 10 : opset <= 24 ? 11 : 12;
}

function writeGraph(graph: Graph, initializer: TensorProto[] = writeTensors(graph.initializers)): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.nodes.map(writeNode),
    initializer,
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
  });
}

function writeNode({ name, opType, domain, inputs, outputs, attributes, module }: Node) {
  return create(NodeProtoSchema, {
    name,
    opType,
    domain,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, attribute]) => writeAttribute(key, attribute)),
    metadataProps: writeNodeModule(module),
  });
}

const utf8 = new TextEncoder();

function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  const proto = create(AttributeProtoSchema, { name });
  switch (attribute.type) {
    case "int":
      return Object.assign(proto, { type: Type.INT, i: toInt64(attribute.value) });
    case "float":
      return Object.assign(proto, { type: Type.FLOAT, f: attribute.value });
    case "string":
      return Object.assign(proto, { type: Type.STRING, s: utf8.encode(attribute.value) });
    case "tensor":
      return Object.assign(proto, { type: Type.TENSOR, t: writeTensor(attribute.value) });
    case "graph":
      return Object.assign(proto, { type: Type.GRAPH, g: writeGraph(attribute.value) });
    case "ints":
      return Object.assign(proto, { type: Type.INTS, ints: attribute.value.map(toInt64) });
    case "floats":
      return Object.assign(proto, { type: Type.FLOATS, floats: [...attribute.value] });
    case "strings":
      return Object.assign(proto, {
        type: Type.STRINGS,
        strings: attribute.value.map((s) => utf8.encode(s)),
      });
    case "tensors":
      return Object.assign(proto, {
        type: Type.TENSORS,
        tensors: attribute.value.map((t) => writeTensor(t)),
      });
    case "graphs":
      return Object.assign(proto, { type: Type.GRAPHS, graphs: attribute.value.map((g) => writeGraph(g)) });
  }
}

function writeValueInfo({ name, dtype, shape }: OutputInfo): ValueInfoProto {
  const proto = create(ValueInfoProtoSchema, { name });
  if (dtype === undefined) return proto;
  const value = create(TypeProto_TensorSchema, { elemType: DATA_TYPE[dtype] });
  if (shape !== undefined) {
    value.shape = create(TensorShapeProtoSchema, {
      dim: shape.map((size) => ({ value: writeDimension(size) })),
    });
  }
  proto.type = create(TypeProtoSchema, { value: { case: "tensorType", value } });
  return proto;
}

function writeDimension(size: Dimension): TensorShapeProto_Dimension["value"] {
  if (size === undefined) return { case: undefined };
  return typeof size === "number"
    ? { case: "dimValue", value: BigInt(size) }
    : { case: "dimParam", value: size };
}

function writeTensors(tensors: Graph["initializers"]): TensorProto[] {
  return Array.from(tensors, ([name, tensor]) => writeTensor(tensor, name));
}

function writeTensor(tensor: HostTensor, name = ""): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: DATA_TYPE[tensor.dtype],
    rawData: tensorToBytes(tensor),
  });
}

function writeExternal(
  tensor: HostTensor,
  name: string,
  { location, offset }: ExternalLocation,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: DATA_TYPE[tensor.dtype],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: "location", value: location },
      { key: "offset", value: String(offset) },
      { key: "length", value: String(byteLength(tensor.dtype, tensor.shape)) },
    ],
  });
}
