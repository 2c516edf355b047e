import { FormatError, MismatchError, type TrainEvent } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { accuracy, logisticRegression, points } from "../test/logistic-regression.js";
import { memoryStore } from "../test/memory-store.js";
import { encodeCheckpoint } from "./checkpoint.js";
import { fit } from "./fit.js";
import { adafactor } from "./optimizers/adafactor.js";
import { adamw } from "./optimizers/adamw.js";
import { lion } from "./optimizers/lion.js";
import { type TrainOptions } from "./options.js";
import { cosine } from "./schedules.js";
import { train } from "./train.js";

/** Epochs that do not divide by the accumulation, evaluations and checkpoints out of step with them and with each other. */
const options: TrainOptions = {
  step: logisticRegression(),
  batches: points(30, 4),
  epochs: 4,
  accumulation: 3,
  learningRates: { prompt: 0.1, head: 0.1 },
  optimizer: adamw(),
  schedule: cosine({ warmup: 0.2 }),
  clipNorm: 1,
  seed: 7,
  evaluation: {
    batches: points(9, 4, 2),
    metric: accuracy,
    every: 2,
    select: { metric: "accuracy", mode: "max" },
  },
  earlyStopping: { patience: 3 },
  identity: { data: "points" },
};

async function collect(run: AsyncIterable<TrainEvent>): Promise<TrainEvent[]> {
  const list: TrainEvent[] = [];
  for await (const event of run) list.push(event);
  return list;
}

const withoutCheckpoints = (list: readonly TrainEvent[]) => list.filter(({ type }) => type !== "checkpoint");

/** The names of the parameters at the end, in their order. */
function namesOf(event: TrainEvent | undefined): string[] {
  return event?.type === "end" ? Object.keys(event.parameters) : [];
}

/** The event of each update and evaluation, the later one where a resumed run repeats some. */
function merged(list: readonly TrainEvent[]): TrainEvent[] {
  const last = new Map(withoutCheckpoints(list).map((event) => [`${event.type} ${event.step}`, event]));
  return [...last.values()].filter((event) => !(event.type === "end" && event.reason === "interrupted"));
}

describe.each([
  { reason: "early-stopping", options },
  { reason: "completed", options: { ...options, optimizer: lion(), earlyStopping: { patience: 9 } } },
])("a resumed run ends as the uninterrupted one ($reason), to the byte", ({ reason, options }) => {
  it("wherever it was aborted", async () => {
    const whole = withoutCheckpoints(await collect(train(options)));
    expect(whole.at(-1)).toMatchObject({ reason });
    for (const stop of whole.slice(0, -2)) {
      const store = memoryStore();
      const controller = new AbortController();
      const first: TrainEvent[] = [];
      const run = { ...options, checkpoint: { store, every: 1000 } };
      for await (const event of train({ ...run, signal: controller.signal })) {
        first.push(event);
        if (event.type === stop.type && event.step === stop.step) controller.abort();
      }
      expect(first.at(-1)).toMatchObject({ type: "end", reason: "interrupted", step: stop.step });
      expect(first.at(-2)).toEqual({ type: "checkpoint", step: stop.step, path: "memory" });
      const second = await collect(train({ ...run, resume: true }));
      expect(withoutCheckpoints([...first.slice(0, -1), ...second])).toEqual(whole);
    }
  });

  it("wherever it was killed", async () => {
    const whole = await collect(train({ ...options, checkpoint: { store: memoryStore(), every: 3 } }));
    for (let survived = 1; survived < whole.length; survived++) {
      const store = memoryStore();
      const run = { ...options, checkpoint: { store, every: 3 } };
      const first: TrainEvent[] = [];
      for await (const event of train(run)) {
        first.push(event);
        if (first.length === survived) break;
      }
      const second = await collect(train({ ...run, resume: true }));
      expect(second.at(-1)).toEqual(whole.at(-1));
      expect(namesOf(second.at(-1))).toEqual(namesOf(whole.at(-1)));
      expect(merged([...first, ...second])).toEqual(withoutCheckpoints(whole));
    }
  });

  it("also when it was already over", async () => {
    const store = memoryStore();
    const run = { ...options, checkpoint: { store } };
    const end = await fit(run);
    const saves = store.saves();
    expect(await collect(train({ ...run, resume: true }))).toEqual([end]);
    expect(store.saves()).toBe(saves);
  });

  it("and says so when there is nothing to continue", async () => {
    const checkpoint = { store: memoryStore() };
    const [first, ...rest] = await collect(train({ ...options, checkpoint, resume: true }));
    expect(first).toMatchObject({
      type: "warning",
      message: expect.stringContaining("no checkpoint at memory") as string,
    });
    expect(rest.at(-1)).toEqual(await fit(options));
  });
});

it("saves before the first update, then as often as asked, and at the end", async () => {
  const list = await collect(train({ ...options, checkpoint: { store: memoryStore(), every: 5 } }));
  const { step: last } = list.at(-1)!;
  const expected = [0, 5, 10].filter((step) => step < last);
  expect(list.filter(({ type }) => type === "checkpoint").map(({ step }) => step)).toEqual([
    ...expected,
    last,
  ]);
});

describe("a checkpoint of other options is refused, and the option named", () => {
  it.each<[string, Partial<TrainOptions>]>([
    ["seed", { seed: 8 }],
    ["steps", { epochs: 5 }],
    ["accumulation", { accumulation: 2, epochs: undefined as never, steps: 12 }],
    ["microBatchTokens", { step: { ...logisticRegression(), tokenInputs: ["attention_mask"] } }],
    ["learningRates.prompt", { learningRates: { prompt: 0.2, head: 0.1 } }],
    ["clipNorm", { clipNorm: 2 }],
    ["schedule", { schedule: cosine({ warmup: 0.3 }) }],
    ["optimizer", { optimizer: adafactor() }],
    ["optimizer", { optimizer: adamw({ weightDecay: 0.02 }) }],
    ["optimizer", { optimizer: adamw({ epsilon: 1e-7 }) }],
    ["batches", { batches: points(30, 4, 5) }],
    ["batches", { batches: points(29, 4) }],
    ["evaluation.batches", { evaluation: { ...options.evaluation!, batches: points(9, 4, 3) } }],
    ["evaluation.every", { evaluation: { ...options.evaluation!, every: 3 } }],
    [
      "evaluation.select",
      { evaluation: { ...options.evaluation!, select: { metric: "accuracy", mode: "min" } } },
    ],
    ["earlyStopping.patience", { earlyStopping: { patience: 4 } }],
    ["trainable", { step: logisticRegression(["head.weight"]) }],
    ["data", { identity: { data: "other points" } }],
    ["model", { identity: { data: "points", model: "another" } }],
  ])("%s", async (option, change) => {
    const store = memoryStore();
    const signal = AbortSignal.abort();
    await fit({ ...options, checkpoint: { store }, signal });
    const before = await store.load();
    const run = fit({ ...options, ...change, checkpoint: { store }, resume: true });
    await expect(run).rejects.toThrow(MismatchError);
    await expect(run).rejects.toMatchObject({
      details: { options: expect.arrayContaining([option]) as string[] },
    });
    await expect(run).rejects.toThrow(/\(was .*, is .*\)/);
    expect(await store.load()).toEqual(before);
  });
});

it("a checkpoint is taken with another number of tokens at a time where there are no texts to cut", async () => {
  const store = memoryStore();
  await fit({ ...options, checkpoint: { store }, signal: AbortSignal.abort() });
  const resumed = await fit({ ...options, microBatchTokens: false, checkpoint: { store }, resume: true });
  expect(resumed).toEqual(await fit(options));
});

describe("bytes that are no checkpoint are refused", () => {
  const state = {
    step: 0,
    parameters: {},
    optimizer: {},
    evaluated: undefined,
    best: undefined,
    sinceBest: 0,
    warnedOfOneClass: false,
    identity: {},
  };
  const valid = encodeCheckpoint(state);

  it.each([
    ["a truncated file", valid.slice(0, -1)],
    ["nothing", new Uint8Array(0)],
    ["another safetensors file", encodeCheckpoint({ ...state, step: -1 })],
  ])("%s", async (_, bytes) => {
    const run = fit({ ...options, checkpoint: { store: memoryStore(bytes) }, resume: true });
    await expect(run).rejects.toThrow(FormatError);
    await expect(run).rejects.toThrow(/^memory: /);
  });
});
