import type { HostTensor } from "@incipit/core";
import type { Dimension, Graph, Node, OutputInfo, Value, ValueInfo } from "../graph/graph.js";
import { describeNode, sortTopologically } from "../graph/query.js";
import { dtypeOf } from "../graph/tensors.js";
import { formatError, type ReadContext } from "./context.js";
import { normalizeDomain } from "./domain.js";
import type {
  GraphProto,
  NodeProto,
  TensorShapeProto_Dimension,
  TypeProto,
  ValueInfoProto,
} from "./generated/onnx_pb.js";
import { readNodeModule } from "./node-module.js";
import { readAttribute } from "./read-attribute.js";
import { constantValue } from "./read-constant.js";
import { dataTypeName, readTensor } from "./read-tensor.js";

/**
 * Decode a graph and its subgraphs. `Constant` nodes become initializers; inputs with a default value become constants.
 * @throws {FormatError} when something in it is broken or not supported
 */
export function readGraph(proto: GraphProto, opsets: Graph["opsets"], context: ReadContext): Graph {
  if (proto.sparseInitializer.length > 0) {
    const name = proto.sparseInitializer[0]?.values?.name ?? "";
    throw formatError(context, `initializer "${name}" is sparse; store it dense`, { tensor: name });
  }
  const initializers = new Map<Value, HostTensor>();
  for (const tensor of proto.initializer) initializers.set(tensor.name, readTensor(tensor, context));
  const nodes: Node[] = [];
  for (const nodeProto of proto.node) {
    const node = readNode(nodeProto, opsets, context);
    if (node.opType === "Constant" && node.domain === "") {
      const value = constantValue(node.attributes);
      if (value === undefined) {
        throw formatError(
          context,
          `${describeNode(node)} holds strings or a sparse tensor; neither is supported`,
        );
      }
      initializers.set(node.outputs[0] ?? "", value);
    } else {
      nodes.push(node);
    }
  }
  return {
    name: proto.name,
    inputs: proto.input
      .filter((input) => !initializers.has(input.name))
      .map((input) => readInput(input, context)),
    outputs: proto.output.map((output) => readOutput(output, context)),
    nodes: sortTopologically(nodes),
    initializers,
    opsets,
    metadata: {},
  };
}

function readNode(proto: NodeProto, opsets: Graph["opsets"], context: ReadContext): Node {
  const node: Node = {
    name: proto.name,
    opType: proto.opType,
    domain: normalizeDomain(proto.domain),
    inputs: proto.input,
    outputs: proto.output,
    attributes: {},
  };
  const owner = describeNode(node);
  const attributes = proto.attribute.map(
    (attribute) =>
      [
        attribute.name,
        readAttribute(attribute, owner, context, (graph) => readGraph(graph, opsets, context)),
      ] as const,
  );
  const module = readNodeModule(proto.metadataProps);
  return {
    ...node,
    attributes: Object.fromEntries(attributes),
    ...(module === undefined ? {} : { module }),
  };
}

function readInput(proto: ValueInfoProto, context: ReadContext): ValueInfo {
  if (proto.type === undefined) throw formatError(context, `graph input "${proto.name}" has no type`);
  return { name: proto.name, ...readType(proto, proto.type, context) };
}

/** Outputs of subgraphs often have no type. */
function readOutput(proto: ValueInfoProto, context: ReadContext): OutputInfo {
  if (proto.type === undefined) return { name: proto.name };
  return { name: proto.name, ...readType(proto, proto.type, context) };
}

function readType(
  { name }: ValueInfoProto,
  { value: type }: TypeProto,
  context: ReadContext,
): Pick<ValueInfo, "dtype" | "shape"> {
  const fail = (what: string) => formatError(context, `"${name}" is ${what}, which is not supported`);
  if (type.case !== "tensorType") throw fail(`of type ${type.case ?? "unknown"}`);
  const dtype = dtypeOf(type.value.elemType);
  if (dtype === undefined) throw fail(`a tensor of ${dataTypeName(type.value.elemType)}`);
  return { dtype, shape: type.value.shape?.dim.map(readDimension) };
}

function readDimension({ value }: TensorShapeProto_Dimension): Dimension {
  if (value.case === "dimValue") return value.value < 0n ? undefined : Number(value.value);
  return value.case === "dimParam" && value.value !== "" ? value.value : undefined;
}
