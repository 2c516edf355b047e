import type { HostTensor } from "@incipit/core";
import { type AttributeLike, formatType, type Graph, GraphBuilder } from "@incipit/onnx";

/** One operator on given inputs. */
export interface OperatorCase {
  readonly op: string;
  readonly domain?: string;
  /** Default 18. */
  readonly opset?: number;
  /** undefined: an optional input that is left out. */
  readonly inputs: readonly (HostTensor | undefined)[];
  readonly attributes?: Readonly<Record<string, AttributeLike>>;
  /** Positions of inputs that the operator wants as constants of the graph. */
  readonly constants?: readonly number[];
  /** Number of outputs to ask for, 1 by default. */
  readonly outputs?: number;
}

export function titleOf({ op, domain, opset, inputs, attributes }: OperatorCase): string {
  const types = inputs.map((input) => (input === undefined ? "-" : formatType(input.dtype, input.shape)));
  const settings = Object.entries(attributes ?? {}).map(([name, value]) => `${name}=${format(value)}`);
  const name = domain === undefined ? op : `${domain}.${op}`;
  return [name, `(${types.join(", ")})`, ...settings, ...(opset ? [`opset ${opset}`] : [])].join(" ");
}

function format(value: AttributeLike): string {
  if (typeof value !== "object") return String(value);
  const plain = "type" in value ? value.value : value;
  return typeof plain === "object" && !Array.isArray(plain) ? "…" : String(plain);
}

/** The graph of one node, whose inputs are graph inputs `x0`, `x1`… or constants, and whose outputs are `y0`, `y1`… */
export function graphOf(operator: OperatorCase): Graph {
  const { op, domain = "", opset = 18, inputs, attributes = {}, constants = [], outputs = 1 } = operator;
  const g = new GraphBuilder();
  const names = inputs.map((tensor, i) => {
    if (tensor === undefined) return "";
    return constants.includes(i) ? g.initializer(tensor) : g.input(`x${i}`, tensor.dtype, tensor.shape);
  });
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  g.ops(op, names, attributes, { domain, outputs: results });
  for (const name of results) g.output(name);
  const graph = g.build();
  return { ...graph, opsets: { ...graph.opsets, "": opset } };
}

export function feedsOf({ inputs, constants = [] }: OperatorCase): Record<string, HostTensor> {
  return Object.fromEntries(
    inputs.flatMap((tensor, i) =>
      tensor === undefined || constants.includes(i) ? [] : [[`x${i}`, tensor] as const],
    ),
  );
}
