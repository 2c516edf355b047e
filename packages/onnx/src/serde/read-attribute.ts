import type { Attribute, Graph } from "../graph/graph.js";
import { formatError, type ReadContext } from "./context.js";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Type,
  type GraphProto,
} from "./generated/onnx_pb.js";
import { readTensor } from "./read-tensor.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Decode an attribute.
 * @param owner what messages call the node
 * @throws {FormatError} when it is of a kind that has no place in `Attribute`
 */
export function readAttribute(
  proto: AttributeProto,
  owner: string,
  context: ReadContext,
  readGraph: (proto: GraphProto) => Graph,
): Attribute {
  const where = `${owner}, attribute "${proto.name}"`;
  const text = (bytes: Uint8Array) => {
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw formatError(context, `${where}: its bytes are not UTF-8 text`, {}, cause);
    }
  };
  const tensor = (t: Parameters<typeof readTensor>[0]) => readTensor(t, context, t.name || where);
  switch (proto.type) {
    case Type.INT:
      return { type: "int", value: Number(proto.i) };
    case Type.FLOAT:
      return { type: "float", value: proto.f };
    case Type.STRING:
      return { type: "string", value: text(proto.s) };
    case Type.INTS:
      return { type: "ints", value: proto.ints.map(Number) };
    case Type.FLOATS:
      return { type: "floats", value: proto.floats };
    case Type.STRINGS:
      return { type: "strings", value: proto.strings.map(text) };
    case Type.TENSOR:
      if (proto.t !== undefined) return { type: "tensor", value: tensor(proto.t) };
      break;
    case Type.TENSORS:
      return { type: "tensors", value: proto.tensors.map(tensor) };
    case Type.GRAPH:
      if (proto.g !== undefined) return { type: "graph", value: readGraph(proto.g) };
      break;
    case Type.GRAPHS:
      return { type: "graphs", value: proto.graphs.map(readGraph) };
  }
  const kind = (Type[proto.type] as string | undefined) ?? `number ${proto.type}`;
  throw formatError(context, `${where}: kind ${kind.toLowerCase()} is empty or not supported`);
}
