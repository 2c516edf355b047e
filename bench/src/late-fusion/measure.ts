import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featureStep } from "@incipit/backbone-onnx";
import type { Backbone, BatchSource, Head, NamedTensors, TrainStep } from "@incipit/core";
import {
  encodeExamples,
  encodeFeatures,
  labelIndices,
  labelSet,
  tensorBatches,
  textBatches,
  type TextExample,
} from "@incipit/data";
import { featureFingerprint, fileFeatures, storedFeatures } from "@incipit/data/node";
import { chooseFeature, crossEntropy, lateFusion, pooledFeature } from "@incipit/heads";
import { seededRandom, tensor } from "@incipit/tensor";
import { fit } from "@incipit/trainer";
import { startMeter } from "../machine.js";
import { median } from "../report.js";

/** How much is trained and timed. */
export interface FusionOptions {
  readonly batchSize: number;
  readonly maxLength: number;
  /** Each times one epoch through the model, and then several on stored features. */
  readonly rounds: number;
  /** Epochs on stored features in each round. */
  readonly epochs: number;
}

/** What late fusion cost; times are seconds, those of epochs medians over the rounds. */
export interface FusionCost {
  readonly model: string;
  readonly texts: number;
  /** Mean over the texts. */
  readonly tokens: number;
  /** All texts through the model, and their features into a file. */
  readonly firstPass: number;
  /** Features out of the file, in place of the first pass. */
  readonly nextRun: number;
  /** Every batch through the model; forward alone, as no gradient goes into it. */
  readonly uncachedEpoch: number;
  readonly cachedEpoch: number;
  /** Of the last two. */
  readonly ratio: number;
  /** Cores that other processes took, the most in any round; null where the system does not tell. */
  readonly otherCores: number | null;
}

/** Train the same head by late fusion with and without stored features. */
export async function measureFusion(
  backbone: Backbone,
  examples: readonly TextExample[],
  options: FusionOptions,
): Promise<FusionCost> {
  const { batchSize, maxLength, rounds, epochs } = options;
  const names = labelSet(examples);
  const labels = labelIndices(names, examples);
  const encodings = encodeExamples(backbone.tokenizer, examples, { maxLength });
  const head = lateFusion({ labels: names.length });
  const objective = crossEntropy();
  const order = { batchSize, random: seededRandom(0) };

  const { features, firstPass, nextRun } = await passOnce(backbone, encodings);
  const { name, width } = chooseFeature(backbone.features);
  const cachedStep = await featureStep({ head, objective, features: { [name]: { kind: "pooled", width } } });
  const cachedBatches = tensorBatches({
    tensors: { ...features, labels: tensor("int64", [labels.length], labels) },
    ...order,
  });
  const uncachedStep = await backbone.compile({ head, objective });
  const uncachedBatches = textBatches({
    ...{ encodings, labels, bucketByLength: true, padId: backbone.tokenizer.padId },
    ...order,
  });
  // What ONNX Runtime and the compiler of JavaScript do once is in neither.
  await secondsOfEpoch(uncachedStep, firstOf(uncachedBatches), 1);
  await secondsOfEpoch(cachedStep, cachedBatches, 1);

  const timed = [];
  for (let round = 0; round < rounds; round++) {
    const usage = startMeter();
    const uncached = await secondsOfEpoch(uncachedStep, uncachedBatches, 1);
    const cached = await secondsOfEpoch(cachedStep, cachedBatches, epochs);
    timed.push({ uncached, cached, others: usage().otherCores });
  }
  await uncachedStep.dispose();
  await cachedStep.dispose();
  const uncachedEpoch = median(timed.map(({ uncached }) => uncached));
  const cachedEpoch = median(timed.map(({ cached }) => cached));
  const others = timed.flatMap(({ others }) => others ?? []);
  return {
    model: backbone.name,
    texts: examples.length,
    tokens: encodings.reduce((sum, { ids }) => sum + ids.length, 0) / encodings.length,
    firstPass,
    nextRun,
    uncachedEpoch,
    cachedEpoch,
    ratio: cachedEpoch / uncachedEpoch,
    otherCores: others.length > 0 ? Math.max(...others) : null,
  };
}

/** All texts through the model and into a file, and out of the file again, as two runs would. */
async function passOnce(backbone: Backbone, encodings: ReturnType<typeof encodeExamples>) {
  const { name, width } = chooseFeature(backbone.features);
  const reader: Head = {
    parameters: () => [],
    build: (ops, context) => ({ [name]: pooledFeature(ops, context, {}) }),
  };
  const step = await backbone.compile({ head: reader });
  const folder = await mkdtemp(join(tmpdir(), "incipit-late-fusion-"));
  const run = () =>
    timed(() =>
      storedFeatures({
        store: fileFeatures(folder),
        fingerprint: featureFingerprint({ backbone, encodings, features: [name] }),
        compute: () =>
          encodeFeatures({
            backbone: {
              tokenizer: backbone.tokenizer,
              features: { [name]: { kind: "pooled", width } },
              encode: (batch): Promise<NamedTensors> => step.predict(batch, {}),
            },
            encodings,
          }),
      }),
    );
  try {
    const first = await run();
    const next = await run();
    return { features: next.result, firstPass: first.seconds, nextRun: next.seconds };
  } finally {
    await rm(folder, { recursive: true });
    await step.dispose();
  }
}

/** Seconds of each of some epochs of training, optimizer and batches included. */
async function secondsOfEpoch(step: TrainStep, batches: BatchSource, epochs: number): Promise<number> {
  const { seconds } = await timed(() =>
    fit({ step, batches, epochs, learningRates: { prompt: 0.3, head: 0.01 }, clipNorm: 1, seed: 0 }),
  );
  return seconds / epochs;
}

/** An epoch of the first batch alone. */
function firstOf(batches: BatchSource): BatchSource {
  const [first] = batches.epoch(0);
  const one = first === undefined ? [] : [first];
  return { examples: batches.examples / batches.batches, batches: one.length, epoch: () => one };
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await run();
  return { result, seconds: (performance.now() - start) / 1e3 };
}
