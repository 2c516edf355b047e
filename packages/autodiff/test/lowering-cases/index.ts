import type { GradientCases } from "../gradient-cases/case.js";
import { groupQueryAttentionCases } from "./group-query-attention.js";
import { attentionCases, multiHeadAttentionCases } from "./multi-head-attention.js";
import { onnxAttentionCases } from "./onnx-attention.js";
import {
  biasSplitGeluCases,
  embedLayerNormalizationCases,
  fusedConvCases,
  fusedGemmCases,
  fusedMatMulCases,
  skipLayerNormalizationCases,
  skipSimplifiedLayerNormalizationCases,
  transposeMatMulCases,
} from "./others.js";

/** Cases for the fused operators that a gradient can pass through. */
export const loweringCases: GradientCases = {
  Attention: onnxAttentionCases,
  "com.microsoft.Attention": attentionCases,
  "com.microsoft.BiasSplitGelu": biasSplitGeluCases,
  "com.microsoft.EmbedLayerNormalization": embedLayerNormalizationCases,
  "com.microsoft.FusedConv": fusedConvCases,
  "com.microsoft.FusedGemm": fusedGemmCases,
  "com.microsoft.FusedMatMul": fusedMatMulCases,
  "com.microsoft.GroupQueryAttention": groupQueryAttentionCases,
  "com.microsoft.MultiHeadAttention": multiHeadAttentionCases,
  "com.microsoft.SkipLayerNormalization": skipLayerNormalizationCases,
  "com.microsoft.SkipSimplifiedLayerNormalization": skipSimplifiedLayerNormalizationCases,
  "com.microsoft.TransposeMatMul": transposeMatMulCases,
};
