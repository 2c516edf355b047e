/** @file Activation functions. Formulas: y is the output, g its cotangent. */
import { floatAttribute, stringAttribute, type Value } from "@incipit/onnx";
import type { Rule, RuleContext, RuleTable } from "../rule.js";
import { unary } from "./elementwise.js";

/** `positive` where x > 0, else `otherwise`. */
function whereAbove(c: RuleContext, x: Value, bound: number, positive: Value, otherwise: Value): Value {
  return c.ops.where(c.ops.greater(x, c.scalar(bound, x)), positive, otherwise);
}

/** f′ at `x`, which may be new in the gradient; `like` is a forward value of its type. */
type Derivative = (c: RuleContext, x: Value, like: Value) => Value;

/** The cotangent `g` of f(x) as that of x. */
type Through = (c: RuleContext, g: Value, x: Value, like: Value) => Value;

/** y = x·σ(αx): σ(αx)·(1 + αx·(1 - σ(αx))) */
function swishDerivative(c: RuleContext, x: Value, alpha: number): Value {
  const one = c.scalar(1, x);
  const scaled = alpha === 1 ? x : c.ops.mul(x, c.scalar(alpha, x));
  const sigmoid = c.ops.sigmoid(scaled);
  return c.ops.mul(sigmoid, c.ops.add(one, c.ops.mul(scaled, c.ops.sub(one, sigmoid))));
}

/**
 * y = x·Φ(x): 2·(Φ(x) + x·φ(x)) = 1 + erf u + x·exp(ln(2/√(2π)) - u²) with u = x/√2. Hendrycks & Gimpel 2016, arXiv:1606.08415.
 * Written for few passes over memory; the factor 2 goes to the cotangent, where it is part of the product that made it.
 */
const twiceGeluDerivative: Derivative = (c, x, like) => {
  const { ops } = c;
  const scalar = (value: number) => c.scalar(value, like);
  const u = ops.mul(x, scalar(Math.SQRT1_2));
  const twiceCdf = ops.add(ops.erf(u), scalar(1));
  const twicePdf = ops.exp(ops.sub(scalar(Math.log(2 / Math.sqrt(2 * Math.PI))), ops.mul(u, u)));
  return ops.add(twiceCdf, ops.mul(x, twicePdf));
};

/**
 * y = x·s with s = σ(w), w = x·(2√(2/π) + 0.08943√(2/π)·x²), which is x·(1 + tanh(w/2))/2 (section 2 of the same paper):
 * s·(1 + (1 - s)·x·w′), and w′ is w/x with three times the square.
 */
const tanhGeluDerivative: Derivative = (c, x, like) => {
  const { ops } = c;
  const scalar = (value: number) => c.scalar(value, like);
  const linear = scalar(2 * Math.sqrt(2 / Math.PI));
  const square = ops.mul(ops.mul(x, x), scalar(2 * 0.044715 * Math.sqrt(2 / Math.PI)));
  const s = ops.sigmoid(ops.mul(x, ops.add(square, linear)));
  const change = ops.mul(x, ops.add(ops.mul(square, scalar(3)), linear));
  return ops.mul(s, ops.add(ops.mul(ops.sub(scalar(1), s), change), scalar(1)));
};

/** g·f′(x) of the exact form, as g/2 · 2f′(x) */
const throughGelu: Through = (c, g, x, like) =>
  c.ops.mul(c.ops.mul(g, c.scalar(0.5, like)), twiceGeluDerivative(c, x, like));

const throughTanhGelu: Through = (c, g, x, like) => c.ops.mul(g, tanhGeluDerivative(c, x, like));

/** y = f(x + bias), or f(x) where the node has no bias. */
function biased(through: Through): Rule {
  return {
    vjp: (c, g) => {
      const [x = "", bias = ""] = c.node.inputs;
      const cotangent = through(c, g, bias === "" ? x : c.ops.add(x, bias), x);
      return [
        cotangent,
        c.needs[1] === true ? c.sumTo(cotangent, c.shape(c.output(0)), c.shape(bias)) : undefined,
      ];
    },
  };
}

export const activationRules: RuleTable = {
  // g·(1 - y²)
  Tanh: unary((c, g) => {
    const y = c.output(0);
    return c.ops.mul(g, c.ops.sub(c.scalar(1, y), c.ops.mul(y, y)));
  }),
  // g·y·(1 - y)
  Sigmoid: unary((c, g) => {
    const y = c.output(0);
    return c.ops.mul(g, c.ops.mul(y, c.ops.sub(c.scalar(1, y), y)));
  }),
  Relu: unary((c, g, x) => whereAbove(c, x, 0, g, c.scalar(0, x))),
  LeakyRelu: unary((c, g, x) => {
    const slope = c.scalar(floatAttribute(c.node, "alpha", 0.01), x);
    return whereAbove(c, x, 0, g, c.ops.mul(g, slope));
  }),
  // y = x < 0 ? slope·x : x
  PRelu: {
    broadcasts: true,
    vjp: (c, g) => {
      const x = c.input(0);
      const negative = c.ops.less(x, c.scalar(0, x));
      return [
        c.needs[0] === true ? c.ops.where(negative, c.ops.mul(g, c.input(1)), g) : undefined,
        c.needs[1] === true ? c.ops.where(negative, c.ops.mul(g, x), c.scalar(0, x)) : undefined,
      ];
    },
  },
  // x ≤ 0: y = α(eˣ - 1), so g·(y + α)
  Elu: unary((c, g, x) => {
    const alpha = c.scalar(floatAttribute(c.node, "alpha", 1), x);
    return whereAbove(c, x, 0, g, c.ops.mul(g, c.ops.add(c.output(0), alpha)));
  }),
  // y = γ·(x > 0 ? x : α(eˣ - 1))
  Selu: unary((c, g, x) => {
    const alpha = floatAttribute(c.node, "alpha", 1.6732632423543772);
    const gamma = floatAttribute(c.node, "gamma", 1.0507009873554805);
    const below = c.ops.add(c.output(0), c.scalar(alpha * gamma, x));
    return c.ops.mul(g, whereAbove(c, x, 0, c.scalar(gamma, x), below));
  }),
  // x ≤ 0: y = α(e^(x/α) - 1), so g·(y/α + 1)
  Celu: unary((c, g, x) => {
    const alpha = c.scalar(floatAttribute(c.node, "alpha", 1), x);
    const below = c.ops.add(c.ops.div(c.output(0), alpha), c.scalar(1, x));
    return whereAbove(c, x, 0, g, c.ops.mul(g, below));
  }),
  // y = ln(1 + eˣ): g·σ(x)
  Softplus: unary((c, g, x) => c.ops.mul(g, c.ops.sigmoid(x))),
  // y = x / (1 + |x|): g / (1 + |x|)²
  Softsign: unary((c, g, x) => {
    const d = c.ops.add(c.scalar(1, x), c.ops.abs(x));
    return c.ops.div(g, c.ops.mul(d, d));
  }),
  // y = clip(αx + β, 0, 1): g·α inside
  HardSigmoid: unary((c, g, x) => {
    const y = c.output(0);
    const zero = c.scalar(0, x);
    const inside = c.ops.and(c.ops.greater(y, zero), c.ops.less(y, c.scalar(1, x)));
    return c.ops.where(inside, c.ops.mul(g, c.scalar(floatAttribute(c.node, "alpha", 0.2), x)), zero);
  }),
  // y = x·clip(x/6 + 1/2, 0, 1): g·(x/3 + 1/2) for |x| < 3, g above, 0 below
  HardSwish: unary((c, g, x) => {
    const inside = c.ops.mul(g, c.ops.add(c.ops.div(x, c.scalar(3, x)), c.scalar(0.5, x)));
    return whereAbove(c, x, 3, g, whereAbove(c, x, -3, inside, c.scalar(0, x)));
  }),
  // y = x·t, t = tanh(softplus x): g·(t + x·(1 - t²)·σ(x)). Misra 2019, arXiv:1908.08681
  Mish: unary((c, g, x) => {
    const t = c.ops.tanh(c.g.op("Softplus", [x]));
    const inner = c.ops.mul(c.ops.sub(c.scalar(1, x), c.ops.mul(t, t)), c.ops.sigmoid(x));
    return c.ops.mul(g, c.ops.add(t, c.ops.mul(x, inner)));
  }),
  // g where min ≤ x ≤ max, else 0
  Clip: {
    vjp: (c, g) => {
      const x = c.input(0);
      const [, min = "", max = ""] = c.node.inputs;
      const outside = [
        ...(min === "" ? [] : [c.ops.less(x, min)]),
        ...(max === "" ? [] : [c.ops.greater(x, max)]),
      ];
      return [outside.reduce((kept, out) => c.ops.where(out, c.scalar(0, x), kept), g)];
    },
  },
  // g·2/√π·exp(-x²)
  Erf: unary((c, g, x) => {
    const slope = c.ops.mul(c.scalar(2 / Math.sqrt(Math.PI), x), c.ops.exp(c.ops.neg(c.ops.mul(x, x))));
    return c.ops.mul(g, slope);
  }),
  Gelu: unary((c, g, x) => {
    const tanh = stringAttribute(c.node, "approximate", "none") === "tanh";
    return (tanh ? throughTanhGelu : throughGelu)(c, g, x, x);
  }),
  Swish: unary((c, g, x) => c.ops.mul(g, swishDerivative(c, x, floatAttribute(c.node, "alpha", 1)))),
  ThresholdedRelu: unary((c, g, x) =>
    whereAbove(c, x, floatAttribute(c.node, "alpha", 1), g, c.scalar(0, x)),
  ),
  // y = x ± bias outside [-λ, λ], else 0
  Shrink: unary((c, g, x) => {
    const lambda = floatAttribute(c.node, "lambd", 0.5);
    return whereAbove(c, c.ops.abs(x), lambda, g, c.scalar(0, x));
  }),
  "com.microsoft.Gelu": biased(throughGelu),
  "com.microsoft.BiasGelu": biased(throughGelu),
  "com.microsoft.FastGelu": biased(throughTanhGelu),
  "com.microsoft.QuickGelu": unary((c, g, x) =>
    c.ops.mul(g, swishDerivative(c, x, floatAttribute(c.node, "alpha", 1.702))),
  ),
};
