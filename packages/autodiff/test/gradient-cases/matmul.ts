import { float } from "@incipit/onnx";
import { apply, type GradientCases } from "./case.js";

export const matmulCases: GradientCases = {
  MatMul: [
    apply("MatMul", [
      ["s", 3],
      [3, 4],
    ]),
    apply("MatMul", [
      [2, "s", 3],
      [3, 4],
    ]),
    apply("MatMul", [
      [2, "s", 3],
      [2, 3, "s"],
    ]),
    apply("MatMul", [
      ["s", 3],
      [2, 3, 4],
    ]),
    apply("MatMul", [
      [2, 1, "s", 3],
      [2, 3, 4],
    ]),
    apply("MatMul", [
      [1, "s", 3],
      [2, 3, 4],
    ]),
    apply("MatMul", [[3], [3, 4]]),
    apply("MatMul", [["s", 3], [3]]),
    apply("MatMul", [[3], [3]]),
    apply("MatMul", [[3], [2, 3, "s"]]),
    apply("MatMul", [[2, "s", 3], [3]]),
  ],
  Gemm: [
    apply("Gemm", [
      ["s", 3],
      [3, 4],
    ]),
    apply("Gemm", [["s", 3], [3, 4], [4]], { alpha: float(0.5), beta: float(2) }),
    apply(
      "Gemm",
      [
        ["s", 3],
        [4, 3],
        ["s", 1],
      ],
      { transB: 1 },
    ),
    apply("Gemm", [[3, "s"], [3, 4], []], { transA: 1 }),
    apply(
      "Gemm",
      [
        [3, "s"],
        [4, 3],
        ["s", 4],
      ],
      { transA: 1, transB: 1, alpha: float(-1.5) },
    ),
  ],
  Einsum: [
    apply(
      "Einsum",
      [
        ["s", 3],
        [3, 4],
      ],
      { equation: "ab,bc->ac" },
    ),
    apply(
      "Einsum",
      [
        [2, "s", 3],
        [2, 5, 3],
      ],
      { equation: "bqd,bkd->bqk" },
    ),
    ...(
      [
        ["bij,bjk", [2, "s", 3], [2, 3, 4]],
        ["ba,b", ["s", 3], ["s"]],
        ["...ij,...jk->...ik", [2, "s", 3], [2, 3, 4]],
        ["...ij,...jk->...ik", [2, "s", 3], [1, 3, 4]],
        ["i...,i->...", ["s", 3, 2], ["s"]],
        ["...a,...a", [2, "s", 3], [2, 1, 3]],
        ["ab,ab->a", ["s", 3], ["s", 1]],
      ] as const
    ).map(([equation, a, b]) => apply("Einsum", [a, b], { equation })),
    apply("Einsum", [["s", 3]], { equation: "ab->ba" }),
    apply("Einsum", [["s", 3], [3]], { equation: "ab,b->a" }),
    apply("Einsum", [["s", 3], [4]], { equation: "ab,c->ac" }),
    apply(
      "Einsum",
      [
        ["s", 3],
        [3, 2],
        ["s", 2],
      ],
      { equation: "ab,bc,ac->c" },
    ),
  ],
};
