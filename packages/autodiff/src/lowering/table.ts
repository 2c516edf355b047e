import type { Node } from "@incipit/onnx";
import { operatorOf } from "../operator.js";
import type { Decomposition, DecompositionTable } from "./decomposition.js";
import { groupQueryAttentionDecomposition } from "./group-query-attention.js";
import { attentionDecomposition, multiHeadAttentionDecomposition } from "./multi-head-attention.js";
import {
  embedLayerNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from "./normalization.js";
import { onnxAttentionDecomposition } from "./onnx-attention.js";
import { biasSplitGelu, fusedConv, fusedGemm, fusedMatMul } from "./products.js";

/** The fused operators that can be taken apart. */
export const decompositions: DecompositionTable = {
  Attention: onnxAttentionDecomposition,
  "com.microsoft.Attention": attentionDecomposition,
  "com.microsoft.BiasSplitGelu": biasSplitGelu,
  "com.microsoft.EmbedLayerNormalization": embedLayerNormalization,
  "com.microsoft.FusedConv": fusedConv,
  "com.microsoft.FusedGemm": fusedGemm,
  "com.microsoft.FusedMatMul": fusedMatMul,
  "com.microsoft.GroupQueryAttention": groupQueryAttentionDecomposition,
  "com.microsoft.MultiHeadAttention": multiHeadAttentionDecomposition,
  "com.microsoft.SkipLayerNormalization": skipLayerNormalization,
  "com.microsoft.SkipSimplifiedLayerNormalization": skipSimplifiedLayerNormalization,
  "com.microsoft.TransposeMatMul": fusedMatMul,
};

/** How a node's operator is taken apart, `undefined` where it is not a fused one. */
export function decompositionOf(node: Node): Decomposition | undefined {
  const operator = operatorOf(node);
  return Object.hasOwn(decompositions, operator) ? decompositions[operator] : undefined;
}
