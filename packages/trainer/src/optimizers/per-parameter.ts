import { ConfigError, ShapeError, type HostTensor, type Optimizer } from "@incipit/core";
import { tensor, zeros } from "@incipit/tensor";

/** What an update rule sees of one parameter. */
export interface ParameterUpdate<Slots> {
  readonly shape: readonly number[];
  readonly gradient: Float32Array;
  /** A fresh copy: the rule leaves the new value in it. */
  readonly parameter: Float32Array;
  /** Fresh copies of this parameter's state: the rule leaves the new state in them. */
  readonly slots: Slots;
  readonly rate: number;
  /** Number of this update, from 1. */
  readonly time: number;
}

/**
 * An optimizer from a rule that treats every parameter by itself. State tensors are called `<parameter>/<slot>` and start at
 * zero.
 * @param slotShapes the shapes of a parameter's state tensors, by slot, as a function of the parameter's shape
 */
export function perParameter<Slots extends { readonly [S in keyof Slots]?: Float32Array }>(
  slotShapes: (shape: readonly number[]) => Readonly<Record<string, readonly number[]>>,
  rule: (update: ParameterUpdate<Slots>) => void,
): Optimizer {
  return {
    init(parameters) {
      const state: Record<string, HostTensor<"float32">> = {};
      for (const [name, { shape }] of Object.entries(parameters)) {
        for (const [slot, slotShape] of Object.entries(slotShapes(shape))) {
          state[`${name}/${slot}`] = zeros("float32", slotShape);
        }
      }
      return state;
    },

    update({ parameters, gradients, state, rates, step }) {
      const nextParameters = { ...parameters };
      const nextState = { ...state };
      for (const [name, parameter] of Object.entries(parameters)) {
        const gradient = gradients[name];
        if (gradient === undefined) continue;
        const rate = rates[name];
        if (rate === undefined) {
          throw new ConfigError(
            `Parameter "${name}" has a gradient but no learning rate: give one in rates.`,
          );
        }
        checkSize(name, parameter, gradient);

        const { shape } = parameter;
        const slots: Record<string, Float32Array> = {};
        for (const slot of Object.keys(slotShapes(shape))) {
          const previous = stateTensor(state, `${name}/${slot}`);
          slots[slot] = previous.data.slice();
          nextState[`${name}/${slot}`] = tensor("float32", previous.shape, slots[slot]);
        }
        const next = parameter.data.slice();
        // The slots are those that `slotShapes` names for this shape, which is what `Slots` describes.
        rule({
          shape,
          gradient: gradient.data,
          parameter: next,
          slots: slots as Slots,
          rate,
          time: step + 1,
        });
        nextParameters[name] = tensor("float32", shape, next);
      }
      return { parameters: nextParameters, state: nextState };
    },
  };
}

function stateTensor(
  state: Readonly<Record<string, HostTensor<"float32">>>,
  name: string,
): HostTensor<"float32"> {
  const found = state[name];
  if (found === undefined) {
    throw new ConfigError(
      `The optimizer's state has no tensor "${name}": it belongs to another optimizer. Start from init().`,
      { details: { tensor: name } },
    );
  }
  return found;
}

function checkSize(name: string, parameter: HostTensor<"float32">, gradient: HostTensor<"float32">): void {
  if (gradient.data.length !== parameter.data.length) {
    throw new ShapeError(
      `Parameter "${name}" has shape [${parameter.shape.join(", ")}], its gradient [${gradient.shape.join(", ")}].`,
      { details: { parameter: name } },
    );
  }
}
