import { type DType, GraphError, type HostTensor } from "@incipit/core";
import { OPSET } from "../build/builder.js";
import { mapSubgraphs, uniqueNames } from "../graph/edit.js";
import type { Graph, Node, Value, ValueInfo } from "../graph/graph.js";
import { namesIn } from "../graph/query.js";
import { type UpgradeContext, UPGRADES } from "./upgrades.js";

/** The oldest operator set that can be upgraded. */
const OLDEST = 9;

/** What an upgrade may know. */
export interface UpgradeOptions {
  /** What is known of values: with their ranks, some upgrades need fewer nodes. */
  readonly known?: ReadonlyMap<Value, ValueInfo>;
}

/**
 * The same model in the operator set that everything here is written for, so that what comes after knows one form of
 * each operator. Models of that set or a later one are left as they are. Values keep their names.
 * @throws {GraphError} when the model's operator set is older than 9
 * @throws {UnsupportedOperatorError} when an operator has no counterpart
 * @see https://github.com/onnx/onnx/blob/main/docs/Changelog.md
 */
export function upgradeOpset(graph: Graph, { known = new Map() }: UpgradeOptions = {}): Graph {
  const opset = graph.opsets[""] ?? OPSET;
  if (opset >= OPSET) return graph;
  if (opset < OLDEST) {
    throw new GraphError(
      `Graph "${graph.name}" is written for operator set ${opset}; ${OLDEST} is the oldest that can be upgraded. ` +
        "Export the model again with a newer one.",
      { details: { opset } },
    );
  }
  return upgradeGraph(graph, { opset, known, fresh: uniqueNames(namesIn(graph)), floats: floatTypes(graph) });
}

interface Model extends Pick<UpgradeContext, "opset" | "fresh"> {
  readonly known: ReadonlyMap<Value, ValueInfo>;
  readonly floats: ReadonlySet<DType>;
}

function upgradeGraph(graph: Graph, model: Model): Graph {
  const initializers = new Map<Value, HostTensor>(graph.initializers);
  const infos = new Map([...model.known, ...graph.inputs.map((input) => [input.name, input] as const)]);
  const context: UpgradeContext = {
    opset: model.opset,
    fresh: model.fresh,
    rank: (value) => (initializers.get(value)?.shape ?? infos.get(value)?.shape)?.length,
    floatType: (value) => {
      const [only, ...others] = model.floats;
      return (
        initializers.get(value)?.dtype ?? infos.get(value)?.dtype ?? (others.length === 0 ? only : undefined)
      );
    },
    constant: (tensor, hint) => {
      const name = model.fresh(hint);
      initializers.set(name, tensor);
      return name;
    },
  };
  const nodes = graph.nodes.flatMap((original): readonly Node[] => {
    const node = mapSubgraphs(original, (subgraph) => upgradeGraph(subgraph, model));
    const upgrade =
      node.domain === "" && Object.hasOwn(UPGRADES, node.opType) ? UPGRADES[node.opType] : undefined;
    return upgrade === undefined ? [node] : upgrade(node, context);
  });
  return { ...graph, nodes, initializers, opsets: { ...graph.opsets, "": OPSET } };
}

/** The float types that occur in a model. */
function floatTypes({ inputs, initializers }: Graph): ReadonlySet<DType> {
  const dtypes = [...inputs, ...initializers.values()].map(({ dtype }) => dtype);
  return new Set(dtypes.filter((dtype) => dtype.includes("float")));
}
