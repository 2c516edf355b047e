import { apply, positive, spread, unary, type GradientCase, type GradientCases } from "./case.js";

/** Both operands full; one row; one column; a scalar; ones on both sides. */
const broadcasts = (opType: string, draw = spread): readonly GradientCase[] => [
  apply(
    opType,
    [
      ["s", 3],
      ["s", 3],
    ],
    {},
    draw,
  ),
  apply(opType, [["s", 3], [3]], {}, draw),
  apply(
    opType,
    [
      ["s", 1],
      [2, "s", 3],
    ],
    {},
    draw,
  ),
  apply(opType, [[], ["s", 3]], {}, draw),
  apply(
    opType,
    [
      [2, 1, 3],
      [1, "s", 1],
    ],
    {},
    draw,
  ),
];

const shared: GradientCase = {
  name: "a value used three times",
  inputs: (random, size) => ({ x: random.normal([size, 3]) }),
  build: (g, { x = "" }) => g.op("Mul", [g.op("Mul", [x, x]), x]),
};

export const elementwiseCases: GradientCases = {
  Add: broadcasts("Add"),
  Sub: broadcasts("Sub"),
  Mul: [...broadcasts("Mul"), shared],
  Div: broadcasts("Div", positive),
  Pow: [
    ...broadcasts("Pow", positive),
    {
      name: "a constant square, of negative numbers too",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) =>
        g.op("Pow", [x, g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(2) })]),
    },
    {
      name: "an integer exponent",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) =>
        g.op("Pow", [x, g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(3n) })]),
    },
  ],
  Mod: [apply("Mod", [["s", 3], [3]], { fmod: 1 }, positive)],
  Max: [...broadcasts("Max"), apply("Max", [["s", 3], [3], ["s", 1]]), apply("Max", [["s", 3]])],
  Min: [...broadcasts("Min"), apply("Min", [["s", 3], [3], ["s", 1]])],
  Sum: [apply("Sum", [["s", 3], [3], ["s", 1]])],
  Mean: [apply("Mean", [["s", 3], [3], ["s", 1]])],
  Where: [
    {
      name: "all three broadcast",
      inputs: (random, size) => ({
        condition: random.booleans([size, 1]),
        a: random.normal([3]),
        b: random.normal([2, size, 3]),
      }),
      build: (g, { condition = "", a = "", b = "" }) => g.op("Where", [condition, a, b]),
    },
  ],
  Neg: unary("Neg"),
  Abs: unary("Abs"),
  Exp: unary("Exp", positive),
  Log: unary("Log", positive),
  Sqrt: unary("Sqrt", positive),
  Reciprocal: unary("Reciprocal", positive),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Tan: [apply("Tan", [["s", 3]], {}, (random, shape) => random.uniform(shape, -1, 1))],
  Sinh: unary("Sinh", positive),
  Cosh: unary("Cosh", positive),
  Asin: unary("Asin", (random, shape) => random.uniform(shape, -0.8, 0.8)),
  Acos: unary("Acos", (random, shape) => random.uniform(shape, -0.8, 0.8)),
  Atan: unary("Atan"),
  Asinh: unary("Asinh"),
  Acosh: unary("Acosh", (random, shape) => random.uniform(shape, 1.3, 3)),
  Atanh: unary("Atanh", (random, shape) => random.uniform(shape, -0.8, 0.8)),
  Identity: unary("Identity"),
  Dropout: unary("Dropout"),
  Cast: [
    {
      name: "to float64 and back",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => g.op("Cast", [g.op("Cast", [x], { to: 11 })], { to: 1 }),
    },
  ],
  CastLike: [
    {
      name: "like what is differentiated too",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => {
        const one = g.initializer({ dtype: "float64", shape: [], data: Float64Array.of(1) });
        return g.op("Mul", [x, g.op("CastLike", [one, x])]);
      },
    },
    {
      name: "like a float64",
      inputs: (random, size) => ({ x: random.normal([size, 3]) }),
      build: (g, { x = "" }) => {
        const like = g.initializer({ dtype: "float64", shape: [], data: new Float64Array(1) });
        return g.op("Cast", [g.op("CastLike", [x, like])], { to: 1 });
      },
    },
  ],
  // Derivative zero: only what goes around them counts.
  ...Object.fromEntries(
    ["Sign", "Floor", "Ceil", "Round", "Hardmax"].map((opType) => [
      opType,
      [
        {
          name: "beside a path that has a gradient",
          inputs: (random, size) => ({ x: spread(random, [size, 3]) }),
          build: (g, { x = "" }) => g.op("Mul", [x, g.op(opType, [x])]),
        } satisfies GradientCase,
      ],
    ]),
  ),
};
