import {
  type Batch,
  ConfigError,
  DataError,
  DivergenceError,
  type EvaluationEvent,
  type Metric,
  type NamedTensors,
  ShapeError,
  type StepEvent,
  type TrainEvent,
  type TrainStep,
} from "@incipit/core";
import { concatRows, tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, logisticRegression, points } from "../test/logistic-regression.js";
import { memoryStore } from "../test/memory-store.js";
import { tokenRegression } from "../test/token-regression.js";
import { evaluate } from "./evaluate.js";
import { fit } from "./fit.js";
import { initialParameters } from "./initial-parameters.js";
import { adam } from "./optimizers/adam.js";
import { sgd } from "./optimizers/sgd.js";
import { type TrainOptions } from "./options.js";
import { constant } from "./schedules.js";
import { train } from "./train.js";

const learningRates = { prompt: 0.1, head: 0.1 };
const evaluation = { batches: points(30, 10, 2), metric: accuracy };
const base: TrainOptions = {
  step: logisticRegression(),
  batches: points(30, 8),
  epochs: 4,
  learningRates,
  optimizer: adam(),
};

async function events(options: TrainOptions): Promise<TrainEvent[]> {
  const list: TrainEvent[] = [];
  await fit({ ...options, callbacks: [(event) => void list.push(event)] });
  return list;
}

function ofType<T extends TrainEvent["type"]>(type: T, list: readonly TrainEvent[]) {
  return list.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
}

/** The step, with one result of it changed. */
function altered(
  step: TrainStep,
  change: (result: Awaited<ReturnType<TrainStep["step"]>>, call: number) => object,
) {
  let calls = 0;
  return {
    ...step,
    step: async (...args: Parameters<TrainStep["step"]>) => {
      const result = await step.step(...args);
      return { ...result, ...change(result, calls++) };
    },
  };
}

/** A metric that gives these values, one evaluation after the other. */
function scripted(values: readonly number[]): () => Metric {
  let next = 0;
  return () => {
    const score = values[next++]!;
    return { update: () => undefined, values: () => ({ score }) };
  };
}

describe("a run", () => {
  it("learns: the loss falls and the held-out points are told apart", async () => {
    const list = await events({ ...base, epochs: 20, evaluation });
    const losses = ofType("step", list).map(({ loss }) => loss);
    expect(losses).toHaveLength(20 * 4);
    expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]!);
    expect(ofType("end", list)[0]?.metrics["accuracy"]).toBeGreaterThan(0.8);
  });

  it("gives the same parameters for the same seed, and others for another", async () => {
    const [one, again, other] = await Promise.all([
      fit({ ...base, seed: 3 }),
      fit({ ...base, seed: 3 }),
      fit({ ...base, seed: 4 }),
    ]);
    expect(again.parameters).toEqual(one.parameters);
    expect(other.parameters).not.toEqual(one.parameters);
  });

  it("tells of every update and ends with the end", async () => {
    const list = await events({ ...base, epochs: 2, schedule: constant() });
    const steps = ofType("step", list);
    expect(steps.map(({ step, epoch, examples }) => [step, epoch, examples])).toEqual([
      [1, 0, 8],
      [2, 0, 8],
      [3, 0, 8],
      [4, 0, 6],
      [5, 1, 8],
      [6, 1, 8],
      [7, 1, 8],
      [8, 1, 6],
    ]);
    expect(
      steps.every(({ totalSteps, rate, gradientNorm }) => totalSteps === 8 && rate === 1 && gradientNorm > 0),
    ).toBe(true);
    expect(list.at(-1)).toMatchObject({ type: "end", step: 8, reason: "completed", metrics: {} });
  });

  it("counts updates instead of epochs when asked to", async () => {
    expect(ofType("step", await events({ ...base, epochs: undefined as never, steps: 6 }))).toHaveLength(6);
  });

  it("starts from given parameters, and from the specs' own stream for the others", async () => {
    const given = { "prompt.offset": tensor("float32", [3], [1, 2, 3]) };
    const { parameters } = await fit({
      ...base,
      parameters: given,
      seed: 5,
      learningRates: { prompt: 0, head: 0 },
    });
    expect(parameters["prompt.offset"]).toEqual(given["prompt.offset"]);
    expect(parameters["head.weight"]).toEqual(initialParameters(base.step.parameters, 5)["head.weight"]);
  });
});

describe("batches of texts", () => {
  const lengths = [2, 9, 1, 5, 3, 7];
  const rows = lengths.flatMap((length) => Array.from({ length: 9 }, (_, i) => (i < length ? 1 : 0)));
  const batch = {
    input_ids: tensor(
      "int64",
      [6, 9],
      rows.map((kept, i) => kept * (1 + (i % 4))),
    ),
    attention_mask: tensor("int64", [6, 9], rows),
    labels: tensor("int64", [6], [1, -100, 0, 2, -1, 1]),
  };
  const texts = { examples: 6, batches: 1, epoch: () => [batch] };
  const run = async (microBatchTokens?: number | false) => {
    const calls: Batch[] = [];
    const step = tokenRegression({ calls });
    const options = { step, batches: texts, epochs: 3, optimizer: sgd(), learningRates: { head: 1e-3 } };
    const metric = (): Metric => ({ update: (outputs) => seen.push(outputs), values: () => ({}) });
    const seen: NamedTensors[] = [];
    const end = await fit({
      ...options,
      microBatchTokens,
      evaluation: { batches: texts, metric },
    });
    return { w: end.parameters["w"]!.data, calls, seen };
  };

  it("run in parts of like length, which changes what is learned by rounding alone", async () => {
    const [whole, parts] = [await run(false), await run(10)];
    expect(whole.calls).toHaveLength(3 + 3);
    expect(parts.calls).toHaveLength(3 * 4 + 3 * 4);
    parts.w.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.w[i]!, 5);
    });
    expect(parts.seen[0]!["score"]!.shape).toEqual([6]);
  });

  it("run in parts by default where they are long enough", async () => {
    const wide = (name: keyof typeof batch) => concatRows(Array.from({ length: 40 }, () => batch[name]));
    const long: Batch = {
      input_ids: wide("input_ids"),
      attention_mask: wide("attention_mask"),
      labels: wide("labels"),
    };
    const calls: Batch[] = [];
    const batches = { examples: 240, batches: 1, epoch: () => [long] };
    await fit({ step: tokenRegression({ calls }), batches, steps: 1, learningRates: { head: 0 } });
    expect(calls.length).toBeGreaterThan(1);
  });

  it("refuse a number of tokens that is none", async () => {
    await expect(run(0)).rejects.toThrow(ConfigError);
    const step = tokenRegression();
    const parameters = initialParameters(step.parameters, 0);
    const metric: Metric = { update: () => undefined, values: () => ({}) };
    const options = { step, parameters, batches: texts, metric, microBatchTokens: 1.5 };
    await expect(evaluate(options)).rejects.toThrow(/microBatchTokens is 1.5/);
  });
});

describe("an update", () => {
  it("uses schedule × group rate × the parameter's own scale", async () => {
    const step = logisticRegression();
    const start = initialParameters(step.parameters, 0);
    const [first] = base.batches.epoch(0);
    const { gradients } = await step.step(first!, start);
    const { parameters } = await fit({
      ...base,
      optimizer: sgd(),
      schedule: () => 0.5,
      learningRates: { prompt: 0.2, head: 0.03 },
      epochs: undefined as never,
      steps: 1,
    });
    const expectMove = (name: string, rate: number) => {
      parameters[name]!.data.forEach((value, i) => {
        expect(value).toBeCloseTo(start[name]!.data[i]! - rate * gradients[name]!.data[i]!, 6);
      });
    };
    expectMove("prompt.offset", 0.5 * 0.2 * 0.5);
    expectMove("head.weight", 0.5 * 0.03 * 1);
  });

  it("leaves frozen parameters as they are", async () => {
    const step = logisticRegression(["head.weight"]);
    const { parameters } = await fit({ ...base, step, learningRates: { head: 0.1 } });
    expect(parameters["prompt.offset"]).toEqual(initialParameters(step.parameters, 0)["prompt.offset"]);
  });

  it("is the same from one batch as from its parts", async () => {
    const whole = await fit({ ...base, batches: points(30, 30) });
    const parts = await fit({ ...base, batches: points(30, 8), accumulation: 4 });
    for (const [name, { data }] of Object.entries(whole.parameters)) {
      data.forEach((value, i) => {
        expect(parts.parameters[name]!.data[i]).toBeCloseTo(value, 4);
      });
    }
  });

  it("takes what is left at the end of an epoch", async () => {
    const steps = ofType("step", await events({ ...base, epochs: 2, accumulation: 3 }));
    expect(steps.map(({ epoch, examples }) => [epoch, examples])).toEqual([
      [0, 24],
      [0, 6],
      [1, 24],
      [1, 6],
    ]);
  });

  it("is limited by clipNorm, while the event has the norm before", async () => {
    const run = { ...base, optimizer: sgd(), schedule: constant(), epochs: undefined as never, steps: 1 };
    const start = initialParameters(base.step.parameters, 0);
    const options = { ...run, learningRates: { prompt: 2, head: 1 }, clipNorm: 0.01 };
    const list = await events(options);
    expect(ofType("step", list)[0]!.gradientNorm).toBeGreaterThan(0.1);
    const moves = Object.entries(ofType("end", list)[0]!.parameters).flatMap(([name, { data }]) =>
      Array.from(data, (value, i) => value - start[name]!.data[i]!),
    );
    expect(Math.hypot(...moves)).toBeCloseTo(0.01, 6);
  });
});

describe("evaluation", () => {
  const every = (options: object): TrainOptions => ({ ...base, evaluation: { ...evaluation, ...options } });

  it("comes after each epoch, or every so many updates, and after the last", async () => {
    const at = async (options: TrainOptions) =>
      ofType("evaluation", await events(options)).map(({ step }) => step);
    expect(await at(every({}))).toEqual([4, 8, 12, 16]);
    expect(await at(every({ every: 5 }))).toEqual([5, 10, 15, 16]);
  });

  it("keeps the parameters of the best one, and the first of equals", async () => {
    const select = { metric: "score", mode: "max" } as const;
    const list = await events(every({ metric: scripted([1, 3, 3, 2]), select }));
    expect(ofType("evaluation", list).map(({ best }) => best)).toEqual([true, true, false, false]);
    const end = ofType("end", list)[0]!;
    expect(end).toMatchObject({ metrics: { score: 3 }, step: 16 });
    const shorter = await fit({
      ...base,
      epochs: undefined as never,
      steps: 8,
      schedule: (step) => 1 - step / 16,
    });
    expect(end.parameters).toEqual(shorter.parameters);
  });

  it("looks for the smallest when told so", async () => {
    const select = { metric: "score", mode: "min" } as const;
    const list = await events(every({ metric: scripted([3, 1, 2, 1]), select }));
    expect(ofType("evaluation", list).map(({ best }) => best)).toEqual(
      [false, false, false, false].with(0, true).with(1, true),
    );
  });

  it("never takes NaN for the best", async () => {
    const select = { metric: "score", mode: "max" } as const;
    const list = await events(every({ metric: scripted([NaN, 1, NaN, 2]), select }));
    expect(ofType("evaluation", list).map(({ best }) => best)).toEqual([false, true, false, true]);
  });

  it("keeps the last parameters when nothing is selected", async () => {
    const list = await events(every({ metric: scripted([3, 2, 1, 0]) }));
    expect(ofType("evaluation", list).some(({ best }) => best)).toBe(false);
    expect(ofType("end", list)[0]?.metrics).toEqual({ score: 0 });
    expect(ofType("end", list)[0]?.parameters).toEqual((await fit(base)).parameters);
  });

  it("ends the run when nothing better came for long enough", async () => {
    const select = { metric: "score", mode: "max" } as const;
    const list = await events({
      ...every({ metric: scripted([1, 2, 1, 2]), select, every: 3 }),
      earlyStopping: { patience: 2 },
    });
    expect(list.at(-1)).toMatchObject({
      type: "end",
      reason: "early-stopping",
      step: 12,
      metrics: { score: 2 },
    });
  });

  it("names the metrics there are when the selected one is not among them", async () => {
    const options = every({ select: { metric: "f1", mode: "max" } });
    await expect(fit(options)).rejects.toThrow(/"f1"; the evaluation gives accuracy/);
  });

  it("can be had by itself", async () => {
    const parameters = initialParameters(base.step.parameters, 0);
    const { accuracy: untrained } = await evaluate({
      ...evaluation,
      step: base.step,
      parameters,
      metric: accuracy(),
    });
    const { accuracy: trained } = await evaluate({
      ...evaluation,
      step: base.step,
      parameters: (await fit({ ...base, epochs: 20 })).parameters,
      metric: accuracy(),
    });
    expect(trained).toBeGreaterThan(untrained!);
  });
});

describe("the warning about a single predicted class", () => {
  const constantPrediction: TrainStep = {
    ...base.step,
    predict: async (batch, parameters) => {
      const { logits } = await base.step.predict(batch, parameters);
      const data = (logits!.data as Float32Array).map((_, k) => (k % 3 === 1 ? 1 : 0));
      return { logits: tensor("float32", logits!.shape, data) };
    },
  };

  it("comes once, and only when there are several classes", async () => {
    const list = await events({ ...base, step: constantPrediction, evaluation });
    expect(ofType("warning", list).map(({ step }) => step)).toEqual([4]);
    expect(ofType("warning", list)[0]?.message).toMatch(/same class, of 3/);
    const oneClass = { ...evaluation, batches: points(1, 1) };
    expect(
      ofType("warning", await events({ ...base, step: constantPrediction, evaluation: oneClass })),
    ).toEqual([]);
  });

  it("does not come when the model tells classes apart", async () => {
    expect(ofType("warning", await events({ ...base, epochs: 10, evaluation }))).toEqual([]);
  });
});

describe("divergence", () => {
  const poisoned = (change: object, at = 5) => altered(base.step, (_, call) => (call === at ? change : {}));
  const badGradient = (name: string) => ({
    gradients: { ...initialParameters(base.step.parameters, 0), [name]: tensor("float32", [3], [1, NaN, 2]) },
  });

  it.each([
    ["a NaN loss", { loss: NaN }, /update 6 of 16 \(epoch 2\): the loss is NaN/],
    ["an infinite loss", { loss: Infinity }, /the loss is Infinity/],
    ["a NaN gradient", badGradient("prompt.offset"), /the gradient of "prompt.offset" is not finite/],
  ])("by %s is an error that says where and what to do", async (_, change, message) => {
    const run = fit({ ...base, step: poisoned(change) });
    await expect(run).rejects.toThrow(DivergenceError);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow(/Lower the learning rates \(prompt 0.1, head 0.1\).*clipNorm/);
  });

  it("by an update that leaves the finite numbers is found before the next step", async () => {
    const options = { ...base, optimizer: sgd(), learningRates: { prompt: 0.1, head: 1e39 } };
    await expect(fit(options)).rejects.toThrow(/update 1 .*parameter "head.weight" left the finite numbers/);
  });

  it("leaves the checkpoint as it was", async () => {
    const store = memoryStore();
    await expect(
      fit({ ...base, step: poisoned({ loss: NaN }), checkpoint: { store, every: 2 } }),
    ).rejects.toThrow("The last checkpoint in memory is untouched");
    const steps = ofType("step", await events({ ...base, checkpoint: { store, every: 2 }, resume: true }));
    expect(steps[0]?.step).toBe(5);
    const whole = ofType("step", await events(base));
    expect(steps).toEqual(whole.slice(4) satisfies StepEvent[]);
  });
});

describe("options that cannot work are refused before anything runs", () => {
  const step = { ...base.step, step: () => Promise.reject(new Error("ran")) };
  it.each<[string, Partial<TrainOptions>, RegExp]>([
    ["both epochs and steps", { steps: 3 }, /either epochs or steps/],
    ["neither", { epochs: undefined as never }, /either epochs or steps/],
    ["half an epoch", { epochs: 0.5 }, /epochs is 0.5/],
    [
      "no rate for a trained group",
      { learningRates: { head: 1 } },
      /"prompt.offset" is trained.*group "prompt"/,
    ],
    ["a negative rate", { learningRates: { prompt: 1, head: -1 } }, /learningRates.head is -1/],
    ["a rate that is no number", { learningRates: { prompt: NaN, head: 1 } }, /learningRates.prompt is NaN/],
    ["accumulation of 0", { accumulation: 0 }, /accumulation is 0/],
    ["clipNorm of 0", { clipNorm: 0 }, /clipNorm is 0/],
    ["evaluation every 0", { evaluation: { ...evaluation, every: 0 } }, /evaluation.every is 0/],
    ["patience without a selection", { evaluation, earlyStopping: { patience: 1 } }, /evaluation.select/],
    ["resume without a checkpoint", { resume: true }, /resume needs checkpoint/],
    [
      "an unknown parameter",
      { parameters: { x: tensor("float32", [1], [0]) } },
      /no parameter "x".*"head.weight"/,
    ],
    ["nothing trainable", { step: { ...step, trainable: [] } }, /Nothing is trainable/],
  ])("%s", async (_, change, message) => {
    const run = fit({ ...base, step, ...change });
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(message);
  });

  it("a parameter of another shape", async () => {
    const parameters = { "prompt.offset": tensor("float32", [2], [0, 0]) };
    await expect(fit({ ...base, step, parameters })).rejects.toThrow(ShapeError);
  });

  it("no data", async () => {
    await expect(fit({ ...base, step, batches: points(0, 8) })).rejects.toThrow(DataError);
  });
});

it("refuses a source whose epochs are not as long as announced", async () => {
  const batches = { ...base.batches, batches: 5 };
  await expect(fit({ ...base, batches })).rejects.toThrow(/has 4 batches, but the source announces 5/);
});

it("refuses evaluation data without a batch", async () => {
  await expect(fit({ ...base, evaluation: { ...evaluation, batches: points(0, 8) } })).rejects.toThrow(
    DataError,
  );
});

it("lets the callbacks finish, one after the other, before it goes on", async () => {
  const order: string[] = [];
  const slow = async ({ type }: TrainEvent) => {
    await Promise.resolve();
    order.push(`first ${type}`);
  };
  await fit({
    ...base,
    epochs: undefined as never,
    steps: 1,
    callbacks: [slow, ({ type }) => void order.push(type)],
  });
  expect(order).toEqual(["first step", "step", "first end", "end"]);
});

it("gives the events one by one to whoever iterates", async () => {
  const seen: EvaluationEvent[] = [];
  for await (const event of train({ ...base, evaluation })) {
    if (event.type === "evaluation") seen.push(event);
    if (event.type === "step" && event.step === 9) break;
  }
  expect(seen.map(({ step }) => step)).toEqual([4, 8]);
});
