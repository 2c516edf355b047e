import type { HostTensor } from "@incipit/core";
import { mapSubgraphs, uniqueNames } from "../graph/edit.js";
import type { Attribute, Graph, Node, OutputInfo, Value } from "../graph/graph.js";
import { namesIn } from "../graph/query.js";
import { DATA_TYPE, dtypeOf } from "../graph/tensors.js";

/**
 * A model in bfloat16 that computes in float32: for most operators ONNX Runtime has no bfloat16 kernel on the CPU, and such
 * tensors do not get into JavaScript. Weights stay what they are, and are cast; values keep their names.
 */
export function widenBfloat16(graph: Graph): Graph {
  return usesBfloat16(graph) ? widened(graph, uniqueNames(namesIn(graph))) : graph;
}

function usesBfloat16({ inputs, initializers, nodes }: Graph): boolean {
  return (
    [...inputs, ...initializers.values()].some(({ dtype }) => dtype === "bfloat16") ||
    nodes.some((node) => Object.entries(node.attributes).some(([name, value]) => attributeUses(name, value)))
  );
}

function attributeUses(name: string, attribute: Attribute): boolean {
  switch (attribute.type) {
    case "tensor":
      return attribute.value.dtype === "bfloat16";
    case "graph":
      return usesBfloat16(attribute.value);
    case "graphs":
      return attribute.value.some(usesBfloat16);
    default:
      return namesBfloat16(name, attribute);
  }
}

/** The attributes by which operators such as Cast are told what to make. */
const TYPES: ReadonlySet<string> = new Set(["to", "dtype"]);

function namesBfloat16(name: string, attribute: Attribute): boolean {
  return TYPES.has(name) && attribute.type === "int" && dtypeOf(attribute.value) === "bfloat16";
}

function widened(graph: Graph, fresh: (hint: string) => Value): Graph {
  const casts: Node[] = [];
  const initializers = new Map<Value, HostTensor>();
  for (const [name, weight] of graph.initializers) {
    const stored = weight.dtype === "bfloat16" ? fresh(`${name}/bfloat16`) : name;
    initializers.set(stored, weight);
    if (stored !== name) casts.push(toFloat32(stored, name));
  }
  return {
    ...graph,
    initializers,
    inputs: graph.inputs.map(inFloat32),
    outputs: graph.outputs.map(inFloat32),
    nodes: [...casts, ...graph.nodes.map((node) => widenedNode(node, fresh))],
  };
}

function toFloat32(from: Value, to: Value): Node {
  const attributes = { to: { type: "int", value: DATA_TYPE.float32 } } as const;
  return { name: to, opType: "Cast", domain: "", inputs: [from], outputs: [to], attributes };
}

function inFloat32<I extends OutputInfo>(info: I): I {
  return info.dtype === "bfloat16" ? { ...info, dtype: "float32" } : info;
}

function widenedNode(node: Node, fresh: (hint: string) => Value): Node {
  const outer = mapSubgraphs(node, (subgraph) => widened(subgraph, fresh));
  const attributes = Object.entries(outer.attributes).map(([name, attribute]): [string, Attribute] => {
    if (namesBfloat16(name, attribute)) return [name, { type: "int", value: DATA_TYPE.float32 }];
    if (attribute.type !== "tensor") return [name, attribute];
    return [name, { type: "tensor", value: decoded(attribute.value) }];
  });
  return { ...outer, attributes: Object.fromEntries(attributes) };
}

/** A bfloat16 is the upper half of a float32. */
function decoded(tensor: HostTensor): HostTensor {
  if (tensor.dtype !== "bfloat16") return tensor;
  const bits = Uint32Array.from(tensor.data, (half) => half << 16);
  return { dtype: "float32", shape: tensor.shape, data: new Float32Array(bits.buffer) };
}
