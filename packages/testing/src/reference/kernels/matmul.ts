/** @file Products of matrices and of tensors. */
import { ShapeError } from "@incipit/core";
import { floatAttribute, intAttribute, stringAttribute, sizeOf } from "@incipit/onnx";
import { allInputs, input, type KernelTable } from "../kernel.js";
import {
  at,
  broadcastShapes,
  broadcastTo,
  build,
  map,
  reshape,
  tensor,
  visit,
  type Tensor,
} from "../tensor.js";

/** Products of the last two axes, the others broadcast: NumPy's matmul, vectors included. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length === 1) {
    const product = matmul(reshape(a, [1, ...a.shape]), b);
    return reshape(product, product.shape.toSpliced(-2, 1));
  }
  if (b.shape.length === 1) {
    const product = matmul(a, reshape(b, [...b.shape, 1]));
    return reshape(product, product.shape.slice(0, -1));
  }
  const [m = NaN, inner = NaN] = a.shape.slice(-2);
  const [rows = NaN, n = NaN] = b.shape.slice(-2);
  if (inner !== rows) {
    throw new ShapeError(`[${a.shape.join()}] and [${b.shape.join()}] have no matrix product`);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const left = broadcastTo(a, [...batch, m, inner]).data;
  const right = broadcastTo(b, [...batch, inner, n]).data;
  const product = new Float64Array(sizeOf(batch) * m * n);
  for (let out = 0; out < product.length; out++) {
    const matrix = Math.floor(out / (m * n));
    const row = Math.floor(out / n) % m;
    const column = out % n;
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const x = left[(matrix * m + row) * inner + k] as number;
      const y = right[(matrix * inner + k) * n + column] as number;
      sum += x * y;
    }
    product[out] = sum;
  }
  return { dtype: a.dtype, shape: [...batch, m, n], data: product };
}

function transposeIf(condition: boolean, x: Tensor): Tensor {
  if (!condition) return x;
  return build(x.dtype, x.shape.toReversed(), (index) => at(x, index.toReversed()));
}

/**
 * The labels of each term's axes in an equation such as `bij,bjk->bik`, and those of the result. The axes that `...`
 * stands for are labelled by their number from the last, so that they meet as in broadcasting. Without an arrow, the
 * result has the letters that occur once, in alphabetical order.
 */
function parseEquation(equation: string, ranks: readonly number[]) {
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const written = left.split(",");
  if (written.length !== ranks.length) {
    throw new ShapeError(`"${equation}" has ${written.length} terms, the node has ${ranks.length} inputs`);
  }
  const hidden = written.map((term, i) =>
    term.includes("...") ? (ranks[i] as number) - (term.length - 3) : 0,
  );
  const labelsOf = (term: string, covered: number) =>
    Array.from(term.replace("...", "987654321".slice(9 - covered)));
  const terms = written.map((term, i) => labelsOf(term, hidden[i] as number));
  const letters = terms.flat().filter((label) => label > "9");
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  const result = right ?? `...${once.sort().join("")}`;
  return { terms, result: labelsOf(result, Math.max(...hidden)) };
}

/** Σ over the labels that the result does not have, of the product of the operands' elements. */
function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  const { terms, result } = parseEquation(
    equation,
    operands.map((x) => x.shape.length),
  );
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    for (const [axis, label] of term.entries()) {
      const dim = operands[i]?.shape[axis];
      const known = sizes.get(label) ?? 1;
      if (dim === undefined || (known !== 1 && dim !== 1 && dim !== known)) {
        throw new ShapeError(`"${equation}" does not fit the shape of operand ${i} on axis ${axis}`);
      }
      sizes.set(label, Math.max(known, dim));
    }
  }
  const summed = [...sizes.keys()].filter((label) => !result.includes(label));
  const order = [...result, ...summed];
  const shapeOf = (labels: readonly string[]) => labels.map((label) => sizes.get(label) as number);
  const factors = operands.map((x, i) => {
    const places = (terms[i] as string[]).map((label) => order.indexOf(label));
    return (index: readonly number[]) =>
      at(
        x,
        places.map((place, axis) => (x.shape[axis] === 1 ? 0 : (index[place] as number))),
      );
  });
  const perElement = sizeOf(shapeOf(summed));
  const data = new Float64Array(sizeOf(shapeOf(result)));
  visit(shapeOf(order), (index, step) => {
    const element = Math.floor(step / perElement);
    data[element] =
      (data[element] as number) + factors.reduce((product, factor) => product * factor(index), 1);
  });
  return tensor(operands[0]?.dtype ?? "float32", shapeOf(result), data);
}

export const matmuls = {
  MatMul: (call) => matmul(input(call, 0), input(call, 1)),
  Gemm: (call) => {
    const flag = (name: string) => intAttribute(call.node, name, 0) === 1;
    const alpha = floatAttribute(call.node, "alpha", 1);
    const beta = floatAttribute(call.node, "beta", 1);
    const product = matmul(
      transposeIf(flag("transA"), input(call, 0)),
      transposeIf(flag("transB"), input(call, 1)),
    );
    const bias = call.inputs[2] ?? tensor(product.dtype, [], [0]);
    return map(product.dtype, [product, bias], (ab, c) => alpha * ab + beta * c);
  },
  Einsum: (call) => einsum(stringAttribute(call.node, "equation", ""), allInputs(call)),
} satisfies KernelTable;
