import { readFileSync } from "node:fs";
import { ConfigError, ShapeError, type Optimizer, type Parameters } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { adafactor } from "./adafactor.js";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import { lion } from "./lion.js";
import { sgd } from "./sgd.js";

type Flat = Readonly<Record<string, readonly number[]>>;

/** Written by `make_optimizers.py`. */
interface Reference {
  readonly shapes: Flat;
  readonly start: Flat;
  readonly gradients: readonly Flat[];
  readonly cases: readonly {
    readonly optimizer: string;
    readonly options: Readonly<Record<string, number | boolean>>;
    readonly rate: number;
    readonly trace: readonly Flat[];
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL("../../test-data/optimizers.json", import.meta.url), "utf8"),
) as Reference;

const makers: Readonly<Record<string, (options: object) => Optimizer>> = {
  adafactor,
  adam,
  adamw,
  lion,
  sgd,
};

function tensors(flat: Flat): Parameters {
  return Object.fromEntries(
    Object.entries(flat).map(([name, values]) => [
      name,
      { dtype: "float32", shape: reference.shapes[name]!, data: Float32Array.from(values) },
    ]),
  );
}

function ratesOf(parameters: Parameters, rate: number): Record<string, number> {
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, rate]));
}

describe("makes the same steps as the reference implementation", () => {
  it.each(reference.cases)("$optimizer $options", ({ optimizer: name, options, rate, trace }) => {
    const optimizer = makers[name]!(options);
    let parameters = tensors(reference.start);
    let state = optimizer.init(parameters);
    trace.forEach((expected, step) => {
      const gradients = tensors(reference.gradients[step]!);
      ({ parameters, state } = optimizer.update({
        parameters,
        gradients,
        state,
        rates: ratesOf(parameters, rate),
        step,
      }));
      for (const [parameter, values] of Object.entries(expected)) {
        values.forEach((value, i) => {
          const tolerance = 2e-6 * Math.max(1, Math.abs(value));
          expect(Math.abs(parameters[parameter]!.data[i]! - value)).toBeLessThan(tolerance);
        });
      }
    });
  });
});

describe.each(Object.entries(makers))("%s", (_, make) => {
  const optimizer = make({});
  const parameters = tensors(reference.start);
  const gradients = tensors(reference.gradients[0]!);
  const rates = ratesOf(parameters, 0.1);

  it("leaves what it is given as it was", () => {
    const copies = structuredClone({ parameters, gradients, state: optimizer.init(parameters) });
    const state = optimizer.init(parameters);
    optimizer.update({ parameters, gradients, state, rates, step: 0 });
    expect({ parameters, gradients, state }).toEqual(copies);
  });

  it("passes a parameter without a gradient through, with its state", () => {
    const state = optimizer.init(parameters);
    const { matrix } = gradients;
    const next = optimizer.update({ parameters, gradients: { matrix: matrix! }, state, rates, step: 0 });
    expect(next.parameters["vector"]).toBe(parameters["vector"]);
    expect(next.parameters["matrix"]).not.toEqual(parameters["matrix"]);
    for (const name of Object.keys(state).filter((key) => !key.startsWith("matrix/"))) {
      expect(next.state[name]).toBe(state[name]);
    }
  });

  it("refuses a gradient of another size, and one without a rate", () => {
    const state = optimizer.init(parameters);
    const wrong = { matrix: gradients["vector"]! };
    expect(() => optimizer.update({ parameters, gradients: wrong, state, rates, step: 0 })).toThrow(
      ShapeError,
    );
    expect(() => optimizer.update({ parameters, gradients, state, rates: {}, step: 0 })).toThrow(ConfigError);
  });
});

it("refuses the state of another optimizer", () => {
  const parameters = tensors(reference.start);
  const rates = ratesOf(parameters, 0.1);
  const update = () =>
    adam().update({ parameters, gradients: parameters, state: lion().init(parameters), rates, step: 0 });
  expect(update).toThrow('no tensor "matrix/v"');
});

it("keeps row and column means of a matrix only where Adafactor is factored", () => {
  const parameters = tensors(reference.start);
  const shapes = (optimizer: Optimizer) =>
    Object.fromEntries(Object.entries(optimizer.init(parameters)).map(([name, { shape }]) => [name, shape]));
  expect(shapes(adafactor())).toEqual({
    "matrix/row": [3],
    "matrix/column": [4],
    "vector/v": [5],
    "stack/row": [2, 3],
    "stack/column": [2, 2],
  });
  expect(shapes(adafactor({ factored: false }))).toMatchObject({ "matrix/v": [3, 4] });
});
