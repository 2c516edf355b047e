/** @file Models as ONNX Runtime's optimizer writes them, compared with the same in ONNX's own operators. */
import type { HostTensor } from "@incipit/core";
import { float, GraphBuilder, type Graph, type Value } from "@incipit/onnx";
import { tensor, zeros } from "@incipit/tensor";
import { tinyEncoder } from "@incipit/testing";
import { expect, it } from "vitest";
import { findPromptSite } from "../src/index.js";
import { expectSameStep } from "./same-step.js";
import { HIDDEN, VOCABULARY } from "./tiny-backbone.js";

const HEADS = 2;
const LAYERS = 2;
const PLAIN = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: LAYERS, heads: HEADS, vocabulary: VOCABULARY });
const microsoft = { domain: "com.microsoft" } as const;
const epsilon = { epsilon: float(1e-5) };

/** Matrices `[rows, columns]` or vectors side by side. */
function sideBySide(parts: readonly HostTensor[]): HostTensor {
  const rows = parts[0]!.shape.length === 2 ? parts[0]!.shape[0]! : 1;
  const columns = parts[0]!.shape.at(-1)!;
  const data = Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part) => Array.from(part.data.slice(row * columns, (row + 1) * columns), Number)),
  ).flat();
  return tensor("float32", [...parts[0]!.shape.slice(0, -1), columns * parts.length], data);
}

/** `PLAIN` in fused operators. @param mask what attention is told of padding: where it begins, or which tokens it is */
function fused(mask: "its beginning" | "each token", gelu: "BiasGelu" | "Gelu"): Graph {
  const g = new GraphBuilder();
  const weight = (name: string) => PLAIN.initializers.get(name)!;
  const w = (name: string) => g.initializer(weight(name), name);
  const [ids, segments, attends] = ["input_ids", "token_type_ids", "attention_mask"].map((name) =>
    g.op("Cast", [g.input(name, "int64", ["batch", "seq"])], { to: 6 }),
  ) as [Value, Value, Value];

  const tables = [
    w("embeddings/word"),
    w("embeddings/position"),
    g.initializer(zeros("float32", [2, HIDDEN])),
  ];
  const norm = [w("embeddings/norm.weight"), w("embeddings/norm.bias")];
  const inputs = [ids, segments, ...tables, ...norm, attends];
  const [embedded = "", lengths = ""] = g.ops("EmbedLayerNormalization", inputs, epsilon, {
    ...microsoft,
    outputs: 2,
  });
  let state = embedded;
  for (let i = 0; i < LAYERS; i++) {
    const at = (name: string) => `layer.${i}/${name}`;
    const projections = (kind: string) =>
      sideBySide(["query", "key", "value"].map((name) => weight(at(`attention.${name}.${kind}`))));
    const qkv = [g.initializer(projections("weight")), g.initializer(projections("bias"))];
    const padding = mask === "its beginning" ? lengths : attends;
    const context = g.op("Attention", [state, ...qkv, padding], { num_heads: HEADS }, microsoft);
    const skip = (x: Value, product: string, normed: string): Value => {
      const y = g.op("MatMul", [x, w(at(`${product}.weight`))]);
      const parameters = [w(at(`${normed}.weight`)), w(at(`${normed}.bias`)), w(at(`${product}.bias`))];
      return g.op("SkipLayerNormalization", [y, state, ...parameters], epsilon, microsoft);
    };
    state = skip(context, "attention.output", "attention.norm");
    const inner = g.op("MatMul", [state, w(at("intermediate.weight"))]);
    const bias = w(at("intermediate.bias"));
    const activated =
      gelu === "BiasGelu"
        ? g.op("BiasGelu", [inner, bias], {}, microsoft)
        : g.op("Gelu", [g.op("Add", [inner, bias])], {}, microsoft);
    state = skip(activated, "output", "norm");
  }
  g.output(state, "last_hidden_state", "float32", ["batch", "seq", HIDDEN]);
  return g.build();
}

it.each([
  ["its beginning", "BiasGelu"],
  ["each token", "Gelu"],
] as const)(
  "trains through fused operators as through plain ones, attention being told of padding %s",
  async (mask, gelu) => {
    await expectSameStep(fused(mask, gelu), PLAIN, 1e-4);
  },
);

it("has no place for a prompt before the embedding is taken apart, which a backbone does", () => {
  expect(() => findPromptSite(fused("each token", "Gelu"))).toThrow(/No place for a prompt/);
});
