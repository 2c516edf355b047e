import type { HostTensor, NamedTensors } from "@incipit/core";
import { int64 } from "@incipit/onnx";
import { describe, expect, test } from "vitest";
import { expectClose } from "../expect-close.js";
import { randomTensors } from "../random-tensors.js";
import type { OpCase } from "./case.js";
import { derivedCases, opCases } from "./cases.js";
import { type OpRequest, referenceGradients, referenceValue } from "./truth.js";

/** What an interpreter computed. */
export interface OpResult {
  readonly value: HostTensor;
  /** d loss / d input for every name in the request's `differentiable`. */
  readonly gradients: NamedTensors;
}

/** Computes a request with some interpreter of `Ops<T>`. */
export type EvaluateOps = (request: OpRequest) => OpResult | Promise<OpResult>;

/** An interpreter, and how to run it. */
export interface OpsContract {
  /** The interpreter's name. */
  readonly name: string;
  readonly evaluate: EvaluateOps;
  /** What cannot hold here, as `operation` or `operation: case`, and why. */
  readonly skip?: readonly { readonly reason: string; readonly cases: readonly string[] }[];
}

const allCases = Object.entries({ ...opCases, ...derivedCases }).flatMap(([operation, cases]) =>
  cases.map((opCase) => ({ operation, title: `${operation}: ${opCase.name}`, opCase })),
);

/**
 * Define the tests that an interpreter of `Ops<T>` must pass: `checkOpCase` for all cases of all operations and of what
 * `@incipit/tensor` derives from them.
 */
export function runOpsContract({ name, evaluate, skip = [] }: OpsContract): void {
  describe(`${name} as an interpreter of Ops`, () => {
    const skipped = new Map(skip.flatMap(({ reason, cases }) => cases.map((it) => [it, reason] as const)));
    for (const { operation, title, opCase } of allCases) {
      const reason = skipped.get(operation) ?? skipped.get(title);
      if (reason === undefined) test(title, () => checkOpCase(opCase, evaluate));
      else test.skip(`${title} (${reason})`);
    }
    test("skips only cases that there are", () => {
      const known = allCases.flatMap(({ operation, title }) => [operation, title]);
      expect(known).toEqual(expect.arrayContaining([...skipped.keys()]));
    });
  });
}

/**
 * Expect the values of the float64 reference, and gradients equal to its finite differences; int32 may stand for int64.
 * For whatever else is written over `Ops<T>`: a head, a prompt module.
 */
export async function checkOpCase(opCase: OpCase, evaluate: EvaluateOps): Promise<void> {
  const random = randomTensors(1);
  const inputs = opCase.inputs(random);
  const differentiable =
    opCase.differentiable ?? Object.keys(inputs).filter((name) => inputs[name]?.dtype === "float32");
  const expected = referenceValue({ build: opCase.build, inputs });
  const request = { build: opCase.build, inputs, differentiable, weights: random.normal(expected.shape) };
  const { value, gradients } = await evaluate(request);
  expectClose(asWideAs(expected, value), expected);
  for (const [input, gradient] of Object.entries(referenceGradients(request))) {
    expectClose(gradients[input], gradient, { relativeTo: "largest" });
  }
}

function asWideAs(expected: HostTensor, value: HostTensor): HostTensor {
  return expected.dtype === "int64" && value.dtype === "int32"
    ? { ...int64(Array.from(value.data)), shape: value.shape }
    : value;
}
