import type { HostTensor, NamedTensors, Ops } from "@incipit/core";
import type { RandomTensors } from "../random-tensors.js";

/** One computation over `Ops<T>` on given inputs: what every interpreter must give the same values and gradients for. */
export interface OpCase {
  /** What is special about it, e.g. the shapes. */
  readonly name: string;
  readonly inputs: (random: RandomTensors) => NamedTensors;
  readonly build: <T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>) => T;
  /** Names of the inputs that the output is differentiable in, at the values drawn; by default all that are float32. */
  readonly differentiable?: readonly string[];
}

/** An `OpCase` whose `build` and `differentiable` may only speak of inputs that there are. */
export function opCase<Name extends string>(spec: {
  readonly name: string;
  readonly inputs: (random: RandomTensors) => Readonly<Record<Name, HostTensor>>;
  readonly build: <T>(ops: Ops<T>, inputs: Readonly<Record<Name, T>>) => T;
  readonly differentiable?: readonly NoInfer<Name>[];
}): OpCase {
  return spec;
}

/** A list that cannot be empty: an operation without a case does not compile. */
export type NonEmpty<E> = readonly [E, ...E[]];

/** The cases of some operations, by their names. */
export type CaseTable<Operation extends string> = Readonly<Record<Operation, NonEmpty<OpCase>>>;
