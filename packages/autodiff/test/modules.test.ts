/** @file Prompt modules, heads and losses are written once: both interpreters give the same values and gradients. */
import type { FeatureSpec, Head, NamedTensors, Placement } from "@incipit/core";
import {
  crossEntropy,
  labelSimilarity,
  lateFusion,
  modelOutput,
  type Pooling,
  softmaxHead,
} from "@incipit/heads";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { tensor, zeros } from "@incipit/tensor";
import { checkOpCase, evaluateTfjs, type OpCase } from "@incipit/testing";
import { describe, test } from "vitest";
import { evaluateOnnx } from "./evaluate-onnx.js";

const [BATCH, VIRTUAL, SEQ, WIDTH, LABELS] = [3, 2, 3, 4, 3];

const featureSpecs: Readonly<Record<string, FeatureSpec>> = {
  embedding: { kind: "pooled", width: WIDTH },
  tokens: { kind: "tokens", width: WIDTH },
  logits: { kind: "pooled", width: LABELS },
};

/** Texts of 3, 2 and 1 tokens behind (or around) two virtual ones. */
const masks: Readonly<Record<Placement, NamedTensors>> = {
  front: masksOf(["vvttt", "vvtt.", "vvt.."]),
  "after-first": masksOf(["tvvtt", "tvvt.", "tvv.."]),
};

function masksOf(rows: readonly string[]): NamedTensors {
  const where = (kinds: string) =>
    tensor(
      "int64",
      [rows.length, VIRTUAL + SEQ],
      Array.from(rows.join(""), (kind) => kinds.includes(kind)),
    );
  return { mask: where("vt"), textMask: where("t") };
}

interface HeadCase {
  readonly head: Head;
  /** The feature that it reads. */
  readonly feature: string;
  readonly placement?: Placement;
}

const poolings: readonly Pooling[] = ["mean", "mean-all", "first", "after-prompt"];
const placements: readonly Placement[] = ["front", "after-first"];
const descriptions = zeros("float32", [LABELS, WIDTH]);

const heads: Readonly<Record<string, HeadCase>> = {
  "softmax head": { head: softmaxHead({ labels: LABELS }), feature: "embedding" },
  ...Object.fromEntries(
    placements.flatMap((placement) =>
      poolings.map((pooling) => [
        `softmax head over tokens, ${pooling}, prompt ${placement}`,
        { head: softmaxHead({ labels: LABELS, feature: "tokens", pooling }), feature: "tokens", placement },
      ]),
    ),
  ),
  "label similarity": { head: labelSimilarity({ embeddings: descriptions }), feature: "embedding" },
  "label similarity over tokens": {
    head: labelSimilarity({ embeddings: descriptions, scale: 3, feature: "tokens" }),
    feature: "tokens",
  },
  "late fusion": { head: lateFusion({ labels: LABELS, promptWidth: 5 }), feature: "embedding" },
  "late fusion over tokens": {
    head: lateFusion({ labels: LABELS, promptWidth: 2, feature: "tokens", pooling: "mean-all" }),
    feature: "tokens",
  },
  "model output": { head: modelOutput(), feature: "logits" },
};

/** A head's logits, differentiated in its parameters and in the feature that it reads. */
function logitsCase({ head, feature, placement = "front" }: HeadCase): OpCase {
  const specs = head.parameters({ features: featureSpecs });
  const names = specs.map(({ name }) => name);
  return {
    name: "logits",
    inputs: (random) => {
      const { kind, width } = featureSpecs[feature]!;
      const shape = kind === "pooled" ? [BATCH, width] : [BATCH, VIRTUAL + SEQ, width];
      const parameters = specs.map((spec) => [spec.name, random.normal(spec.shape)] as const);
      return { [feature]: random.normal(shape), ...Object.fromEntries(parameters), ...masks[placement] };
    },
    build: (ops, inputs) => {
      const { logits } = head.build(ops, {
        features: { [feature]: inputs[feature]! },
        featureSpecs: { [feature]: featureSpecs[feature]! },
        mask: inputs["mask"]!,
        textMask: inputs["textMask"]!,
        virtualTokens: VIRTUAL,
        placement,
        parameters: Object.fromEntries(names.map((name) => [name, inputs[name]!])),
      });
      return logits!;
    },
    differentiable: [feature, ...names],
  };
}

/** The mean cross-entropy of a head's logits, one example left out. */
function lossCase(head: HeadCase): OpCase {
  const logits = logitsCase(head);
  return {
    ...logits,
    name: "loss",
    inputs: (random) => ({ ...logits.inputs(random), labels: tensor("int64", [BATCH], [2, -100, 0]) }),
    build: (ops, inputs) => {
      const outputs = { logits: logits.build(ops, inputs) };
      const { total, count } = crossEntropy().build(ops, {
        outputs,
        targets: { labels: inputs["labels"]! },
        virtualTokens: VIRTUAL,
        placement: "front",
      });
      return ops.div(total, count);
    },
  };
}

/** The virtual tokens in front of each embedded text, differentiated in both. */
const soft: OpCase = {
  name: "in front of the text",
  inputs: (random) => ({
    [PROMPT_EMBEDDINGS]: random.normal([VIRTUAL, WIDTH]),
    embeddings: random.normal([BATCH, SEQ, WIDTH]),
  }),
  build: (ops, inputs) => {
    const [prompt, embeddings] = [inputs[PROMPT_EMBEDDINGS]!, inputs["embeddings"]!];
    const tokens = softPrompt({ virtualTokens: VIRTUAL }).build(ops, {
      parameters: { [PROMPT_EMBEDDINGS]: prompt },
      embeddings,
    });
    return ops.concat([ops.expand(tokens, [{ of: embeddings, axis: 0 }, VIRTUAL, WIDTH]), embeddings], 1);
  },
};

describe.each([
  ["TF.js", evaluateTfjs()],
  ["ONNX", evaluateOnnx],
] as const)("through %s", (_, evaluate) => {
  describe.each(Object.entries(heads))("%s", (_name, head) => {
    test("logits and their gradients", () => checkOpCase(logitsCase(head), evaluate));
    test("loss and its gradients", () => checkOpCase(lossCase(head), evaluate));
  });
  test("soft prompt", () => checkOpCase(soft, evaluate));
});
