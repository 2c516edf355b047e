import { clone, create } from "@bufbuild/protobuf";
import { uniqueNames } from "../graph/edit.js";
import { formatError, type ReadContext } from "./context.js";
import {
  type AttributeProto,
  AttributeProtoSchema,
  type FunctionProto,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./generated/onnx_pb.js";
import { normalizeDomain } from "./domain.js";

/** Calls nested deeper than this can only be a function that calls itself. */
const MAX_DEPTH = 100;

/**
 * The model's graph with the calls of its local functions replaced by their bodies. The values of a body are prefixed
 * with the name of the call.
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md#functions
 * @throws {FormatError} when a function calls itself
 */
export function inlineFunctions(model: ModelProto, graph: GraphProto, context: ReadContext): GraphProto {
  if (model.functions.length === 0) return graph;
  const functions = new Map(model.functions.map((f) => [keyOf(f.domain, f.name, f.overload), f]));
  const fresh = uniqueNames(namesIn(graph));

  const inlineGraph = (proto: GraphProto, depth: number): GraphProto =>
    create(GraphProtoSchema, {
      name: proto.name,
      node: proto.node.flatMap((node) => inlineNode(node, depth)),
      initializer: proto.initializer,
      sparseInitializer: proto.sparseInitializer,
      input: proto.input,
      output: proto.output,
    });
  const inlineNode = (node: NodeProto, depth: number): readonly NodeProto[] => {
    const called = functions.get(keyOf(node.domain, node.opType, node.overload));
    if (called === undefined) {
      const attribute = node.attribute.map((a) => copyAttribute(a, a.name, (g) => inlineGraph(g, depth)));
      return [copyNode(node, { attribute })];
    }
    if (depth === MAX_DEPTH) throw formatError(context, `function "${node.opType}" calls itself`);
    return expand(called, node, fresh).flatMap((inner) => inlineNode(inner, depth + 1));
  };
  return inlineGraph(graph, 0);
}

function keyOf(domain: string, name: string, overload: string): string {
  return [normalizeDomain(domain), name, overload].join("\0");
}

/** The body of a function as nodes of the caller's graph. */
function expand(f: FunctionProto, call: NodeProto, fresh: (hint: string) => string): readonly NodeProto[] {
  const prefix = call.name || call.opType;
  const attributes = new Map([...f.attributeProto, ...call.attribute].map((a) => [a.name, a]));
  const values = new Map(f.input.map((formal, i) => [formal, call.input[i] ?? ""]));
  values.set("", "");
  const identities: NodeProto[] = [];
  for (const [i, formal] of f.output.entries()) {
    const actual = call.output[i] ?? "";
    if (actual === "") continue;
    const same = values.get(formal);
    if (same === undefined) values.set(formal, actual);
    else identities.push(create(NodeProtoSchema, { opType: "Identity", input: [same], output: [actual] }));
  }
  const rename = (name: string): string => {
    let renamed = values.get(name);
    if (renamed === undefined) values.set(name, (renamed = fresh(`${prefix}/${name}`)));
    return renamed;
  };
  const copyBody = (node: NodeProto): NodeProto =>
    copyNode(node, {
      name: node.name === "" ? "" : fresh(`${prefix}/${node.name}`),
      input: node.input.map(rename),
      output: node.output.map(rename),
      attribute: node.attribute.flatMap((attribute) => {
        if (attribute.refAttrName === "") return [copyAttribute(attribute, attribute.name, copyGraph)];
        // A graph given by the caller speaks of the caller's values: it is not renamed.
        const given = attributes.get(attribute.refAttrName);
        return given === undefined ? [] : [copyAttribute(given, attribute.name, (graph) => graph)];
      }),
    });
  const copyGraph = (graph: GraphProto): GraphProto =>
    create(GraphProtoSchema, {
      name: graph.name,
      node: graph.node.map(copyBody),
      initializer: graph.initializer.map((t) => renamed(clone(TensorProtoSchema, t), rename)),
      sparseInitializer: graph.sparseInitializer,
      input: graph.input.map((info) => renamed(clone(ValueInfoProtoSchema, info), rename)),
      output: graph.output.map((info) => renamed(clone(ValueInfoProtoSchema, info), rename)),
    });
  return [...f.node.map(copyBody), ...identities];
}

function copyNode(
  node: NodeProto,
  changes: Partial<Pick<NodeProto, "name" | "input" | "output" | "attribute">>,
): NodeProto {
  const { name, opType, domain, overload, input, output, attribute, metadataProps } = node;
  return create(NodeProtoSchema, {
    ...{ name, opType, domain, overload, input, output, attribute, metadataProps },
    ...changes,
  });
}

function copyAttribute(
  attribute: AttributeProto,
  name: string,
  mapGraph: (graph: GraphProto) => GraphProto,
): AttributeProto {
  const copy = clone(AttributeProtoSchema, attribute);
  copy.name = name;
  if (copy.g !== undefined) copy.g = mapGraph(copy.g);
  copy.graphs = copy.graphs.map(mapGraph);
  return copy;
}

function renamed<T extends { name: string }>(named: T, rename: (name: string) => string): T {
  named.name = rename(named.name);
  return named;
}

/** The names of all values and nodes: ONNX Runtime wants both unique. */
function namesIn({ input, initializer, node }: GraphProto): Set<string> {
  const names = new Set([...input, ...initializer].map(({ name }) => name));
  for (const { name: own, output, attribute } of node) {
    for (const name of [own, ...output]) names.add(name);
    for (const { g, graphs } of attribute) {
      for (const inner of g === undefined ? graphs : [g]) for (const name of namesIn(inner)) names.add(name);
    }
  }
  return names;
}
