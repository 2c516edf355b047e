/** @file Backbone, prompt, head and objective as one graph. */
import type {
  BackboneInfo,
  Objective,
  Ops,
  ParameterSpec,
  PromptLayout,
  TrainStepParts,
} from "@incipit/core";
import { GraphBuilder, onnxOps, removeDeadNodes, type Graph, type Value } from "@incipit/onnx";
import type { Prefix } from "@incipit/optimize";
import { insertPrompt, promptStart } from "@incipit/tensor";
import { exposeModules } from "./model-weights.js";
import type { PromptSite } from "./prompt-site.js";
import { maskInput, promptRow, splicePrompt, tokenInputs } from "./splice.js";

/** A frozen model ready to be composed with. */
export interface FrozenModel {
  readonly graph: Graph;
  readonly site: PromptSite;
  /** The value behind each feature of the backbone. */
  readonly features: Readonly<Record<string, Value>>;
  /** An ordinary token id that stands where virtual tokens will be; without meaning where the site takes no ids. */
  readonly placeholderId: number;
  /** Token ids that look like those of a text of this length, to probe shapes with; zeros by default. */
  readonly sampleIds?: (length: number) => readonly number[];
}

/** What the composed graph gives out where there is an objective. */
export const LOSS = "loss";
export const COUNT = "count";

/** The graph output that, where there is no objective, holds the head's output `name`; the prefix keeps it apart from the model's own values. */
export function outputName(name: string): string {
  return `output:${name}`;
}

export interface Composition {
  /** Inputs: the batch, the targets (with an objective) and the parameters. */
  readonly graph: Graph;
  readonly parameters: readonly ParameterSpec[];
  /** Batches have a multiple of so many rows. */
  readonly rowsPerExample: number;
  /** Names of the head's outputs. */
  readonly outputs: readonly string[];
  /** The prompt and the texts behind it, where it stands in front of token ids. */
  readonly prefix?: Prefix;
}

/**
 * Prompt, model and head in one graph that gives out the loss or, without an objective, the head's outputs.
 * @throws {ConfigError} when the model has no module that is to be trained
 */
export function compose(frozen: FrozenModel, info: BackboneInfo, parts: TrainStepParts): Composition {
  const { prompt, head, objective, modulesToSave = [] } = parts;
  const { graph, parameters: modelSpecs } = exposeModules(frozen.graph, modulesToSave);
  const model = { ...frozen, graph };
  const g = new GraphBuilder(model.graph);
  g.clearOutputs();
  const ops = onnxOps(g);
  const declare = (specs: readonly ParameterSpec[]) =>
    Object.fromEntries(specs.map((spec) => [spec.name, g.input(spec.name, "float32", spec.shape)]));

  const promptSpecs = prompt?.parameters(info) ?? [];
  const headSpecs = head.parameters(info);
  const virtualTokens = prompt?.virtualTokens ?? 0;
  const layout: PromptLayout = { virtualTokens, placement: prompt?.placement ?? info.placement };

  let prefix: Prefix | undefined;
  if (prompt !== undefined) {
    const parameters = declare(promptSpecs);
    const sequence = splicePrompt(g, ops, model.graph, {
      ...layout,
      site: model.site,
      placeholderId: model.placeholderId,
      prompt: (embeddings) => g.scope("prompt", () => prompt.build(ops, { parameters, embeddings })),
    });
    if (model.site.kind === "tokens" && promptStart(layout) === 0)
      prefix = { sequence, texts: tokenInputs(model.graph, model.site.ids) };
  }

  const mask = maskOf(model, g, ops);
  const spliced = (input: Value, value: number) =>
    insertPrompt(
      ops,
      input,
      promptRow(
        ops,
        Array.from({ length: virtualTokens }, () => value),
      ),
      layout,
    );
  const outputs = g.scope("head", () =>
    head.build(ops, {
      features: inFloat32(model, ops),
      featureSpecs: info.features,
      mask: spliced(mask, 1),
      textMask: spliced(mask, 0),
      ids: model.site.kind === "tokens" ? spliced(model.site.ids, model.placeholderId) : undefined,
      ...layout,
      parameters: declare(headSpecs),
    }),
  );

  addOutputs(g, ops, { outputs, objective, layout });
  return {
    graph: withoutUnusedMask(removeDeadNodes(g.build()), mask, model.graph),
    parameters: [...promptSpecs, ...headSpecs, ...modelSpecs],
    rowsPerExample: objective?.rowsPerExample ?? 1,
    outputs: Object.keys(outputs),
    ...(prefix && { prefix }),
  };
}

/** Make the graph give out the loss or, without an objective, the head's outputs. */
export function addOutputs(
  g: GraphBuilder,
  ops: Ops<Value>,
  parts: {
    readonly outputs: Readonly<Record<string, Value>>;
    readonly objective: Objective | undefined;
    readonly layout: PromptLayout;
  },
): void {
  const { outputs, objective, layout } = parts;
  if (objective === undefined) {
    for (const [name, value] of Object.entries(outputs)) g.output(value, outputName(name));
    return;
  }
  const targets = Object.fromEntries(
    objective.targets.map(({ name, dtype, shape }) => [name, g.input(name, dtype, shape)]),
  );
  const { total, count } = g.scope("loss", () => objective.build(ops, { outputs, targets, ...layout }));
  // Where every label is left out there is no loss, not 0/0.
  const counted = ops.where(ops.greater(count, ops.scalar(0)), count, ops.scalar(1));
  g.output(ops.div(total, counted), LOSS);
  g.output(count, COUNT);
}

/** The model's features, which a head reads in float32 whatever the model's precision. */
function inFloat32({ graph, features }: FrozenModel, ops: Ops<Value>): FrozenModel["features"] {
  const float32 = new Set(
    graph.outputs.filter(({ dtype }) => dtype === "float32").map((output) => output.name),
  );
  return Object.fromEntries(
    Object.entries(features).map(([name, value]) => [
      name,
      float32.has(value) ? value : ops.cast(value, "float32"),
    ]),
  );
}

/** Ones where the model's input has a token or, where it takes no ids, a patch or frame; zeros on padding. */
function maskOf({ graph, site }: FrozenModel, g: GraphBuilder, ops: Ops<Value>): Value {
  if (site.kind === "sequence") {
    const one = ops.constant({ dtype: "int64", shape: [1, 1], data: BigInt64Array.of(1n) });
    return ops.expand(one, [
      { of: site.embedding, axis: 0 },
      { of: site.embedding, axis: 1 },
    ]);
  }
  const mask = maskInput(site.ids);
  return graph.inputs.some((input) => input.name === mask) ? mask : g.input(mask, "int64", ["batch", "seq"]);
}

/** A mask that the model itself does not take is an input only if the head reads it. */
function withoutUnusedMask(graph: Graph, mask: Value, model: Graph): Graph {
  const used = new Set([
    ...graph.nodes.flatMap((node) => node.inputs),
    ...model.inputs.map((input) => input.name),
  ]);
  return { ...graph, inputs: graph.inputs.filter(({ name }) => name !== mask || used.has(name)) };
}
