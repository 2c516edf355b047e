/** @file Arithmetic, element by element. Formulas: y is the output, g its cotangent. */
import { UnsupportedOperatorError } from "@incipit/core";
import { DATA_TYPE, describeNode, sizeOf, type Value } from "@incipit/onnx";
import type { Rule, RuleContext, RuleTable } from "../rule.js";

/** A rule for y = f(x): g · f′. */
export function unary(vjp: (c: RuleContext, g: Value, x: Value) => Value): Rule {
  return { vjp: (c, g) => [vjp(c, g, c.input(0))] };
}

/** A rule for broadcasting operators: one formula per input, built only where it is needed. */
function broadcasting(...formulas: readonly ((c: RuleContext, g: Value) => Value)[]): Rule {
  return {
    broadcasts: true,
    vjp: (c, g) => formulas.map((formula, i) => (c.needs[i] === true ? formula(c, g) : undefined)),
  };
}

/** Max and Min: g goes to the inputs that attain y, in equal parts where several do. */
const extremum: Rule = {
  broadcasts: true,
  vjp: (c, g) => {
    const { ops } = c;
    const y = c.output(0);
    if (c.node.inputs.length === 1) return [g];
    const attains = c.node.inputs.map((x) => c.g.op("CastLike", [ops.equal(x, y), y]));
    const ties = attains.reduce((a, b) => ops.add(a, b));
    const share = ops.div(g, ties);
    return attains.map((hit, i) => (c.needs[i] === true ? ops.mul(share, hit) : undefined));
  },
};

/** In inference, which is all that a frozen model does, Dropout passes x on. */
function dropoutVjp(c: RuleContext, g: Value): readonly Value[] {
  const [, , training = ""] = c.node.inputs;
  if (training !== "" && c.constant(training)?.data[0] !== 0) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient in training mode.`);
  }
  return [g];
}

export const elementwiseRules: RuleTable = {
  Add: broadcasting(
    (_, g) => g,
    (_, g) => g,
  ),
  Sub: broadcasting(
    (_, g) => g,
    (c, g) => c.ops.neg(g),
  ),
  Mul: broadcasting(
    (c, g) => c.ops.mul(g, c.input(1)),
    (c, g) => c.ops.mul(g, c.input(0)),
  ),
  // y = a/b: ∂a = g/b, ∂b = -g·y/b
  Div: broadcasting(
    (c, g) => c.ops.div(g, c.input(1)),
    (c, g) => c.ops.neg(c.ops.div(c.ops.mul(g, c.output(0)), c.input(1))),
  ),
  // y = aᵖ: ∂a = g·p·aᵖ⁻¹, ∂p = g·y·ln a where a > 0, else 0
  Pow: broadcasting(
    (c, g) => {
      const a = c.input(0);
      const p = c.g.op("CastLike", [c.input(1), a]);
      const power = c.constant(c.input(1));
      if (power !== undefined && sizeOf(power.shape) === 1 && Number(power.data[0]) === 2) {
        return c.ops.mul(g, c.ops.mul(c.scalar(2, a), a));
      }
      return c.ops.mul(g, c.ops.mul(p, c.g.op("Pow", [a, c.ops.sub(p, c.scalar(1, a))])));
    },
    (c, g) => {
      const a = c.input(0);
      const positive = c.ops.greater(a, c.scalar(0, a));
      const log = c.ops.log(c.ops.where(positive, a, c.scalar(1, a)));
      return c.ops.mul(g, c.ops.mul(c.output(0), log));
    },
  ),
  // y = a mod b as C has it (fmod): ∂a = g, ∂b = -g·trunc(a/b)
  Mod: broadcasting(
    (_, g) => g,
    (c, g) => {
      const quotient = c.ops.div(c.ops.sub(c.input(0), c.output(0)), c.input(1));
      return c.ops.neg(c.ops.mul(g, quotient));
    },
  ),
  Max: extremum,
  Min: extremum,
  Sum: { broadcasts: true, vjp: (c, g) => c.node.inputs.map(() => g) },
  Mean: {
    broadcasts: true,
    vjp: (c, g) => {
      const part = c.ops.div(g, c.scalar(c.node.inputs.length, c.input(0)));
      return c.node.inputs.map(() => part);
    },
  },
  // y = condition ? a : b
  Where: {
    broadcasts: true,
    vjp: (c, g) => {
      const zero = c.scalar(0, c.output(0));
      return [
        undefined,
        c.needs[1] === true ? c.ops.where(c.input(0), g, zero) : undefined,
        c.needs[2] === true ? c.ops.where(c.input(0), zero, g) : undefined,
      ];
    },
  },
  Neg: unary((c, g) => c.ops.neg(g)),
  Abs: unary((c, g, x) => c.ops.mul(g, c.g.op("Sign", [x]))),
  Exp: unary((c, g) => c.ops.mul(g, c.output(0))),
  Log: unary((c, g, x) => c.ops.div(g, x)),
  Sqrt: unary((c, g) => c.ops.div(g, c.ops.mul(c.scalar(2, c.output(0)), c.output(0)))),
  // y = 1/x: -g·y²
  Reciprocal: unary((c, g) => c.ops.neg(c.ops.mul(g, c.ops.mul(c.output(0), c.output(0))))),
  Sin: unary((c, g, x) => c.ops.mul(g, c.g.op("Cos", [x]))),
  Cos: unary((c, g, x) => c.ops.neg(c.ops.mul(g, c.g.op("Sin", [x])))),
  // y = tan x: g·(1 + y²)
  Tan: unary((c, g) => {
    const y = c.output(0);
    return c.ops.mul(g, c.ops.add(c.scalar(1, y), c.ops.mul(y, y)));
  }),
  Sinh: unary((c, g, x) => c.ops.mul(g, c.g.op("Cosh", [x]))),
  Cosh: unary((c, g, x) => c.ops.mul(g, c.g.op("Sinh", [x]))),
  // y = arcsin x: g / √(1 - x²)
  Asin: unary((c, g, x) => c.ops.div(g, c.ops.sqrt(c.ops.sub(c.scalar(1, x), c.ops.mul(x, x))))),
  Acos: unary((c, g, x) => c.ops.neg(c.ops.div(g, c.ops.sqrt(c.ops.sub(c.scalar(1, x), c.ops.mul(x, x)))))),
  // y = arctan x: g / (1 + x²)
  Atan: unary((c, g, x) => c.ops.div(g, c.ops.add(c.scalar(1, x), c.ops.mul(x, x)))),
  // y = arsinh x: g / √(x² + 1)
  Asinh: unary((c, g, x) => c.ops.div(g, c.ops.sqrt(c.ops.add(c.ops.mul(x, x), c.scalar(1, x))))),
  // y = arcosh x: g / √(x² - 1)
  Acosh: unary((c, g, x) => c.ops.div(g, c.ops.sqrt(c.ops.sub(c.ops.mul(x, x), c.scalar(1, x))))),
  // y = artanh x: g / (1 - x²)
  Atanh: unary((c, g, x) => c.ops.div(g, c.ops.sub(c.scalar(1, x), c.ops.mul(x, x)))),
  Identity: unary((_, g) => g),
  Dropout: { vjp: dropoutVjp },
  // Not CastLike: where ONNX Runtime inserts casts around float16, it takes that for a function of float32.
  Cast: unary((c, g, x) => c.g.op("Cast", [g], { to: DATA_TYPE[c.dtype(x)] })),
  // Of the second input only the type counts.
  CastLike: { vjp: (c, g) => [c.g.op("CastLike", [g, c.input(0)])], zeroIn: [1] },
  Sign: "zero",
  Floor: "zero",
  Ceil: "zero",
  Round: "zero",
  Hardmax: "zero",
};
