import type {
  Callback,
  Head,
  ParameterGroup,
  Parameters,
  PromptModule,
  TrainEvent,
  TrainStep,
} from "@incipit/core";
import { tensorBatches, textBatches } from "@incipit/data";
import { crossEntropy, labelSimilarity, lateFusion, softmaxHead } from "@incipit/heads";
import { classificationMetrics } from "@incipit/metrics";
import { fromText, softPrompt } from "@incipit/prompts";
import { seededRandom } from "@incipit/tensor";
import { chooseBackend, tfjsStep } from "@incipit/tensor/tfjs";
import { evaluate, fit, initialParameters } from "@incipit/trainer";
import { LABELS, type Part, type SpamTask } from "./task.js";

const EPOCHS = 2;
const BATCH_SIZE = 32;
/** The prompt's is in units of the embedding rows' root mean square. */
const LEARNING_RATES = { prompt: 0.4, head: 0.02 } as const;

/** A line of the table. */
export interface Result {
  readonly method: string;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Number of trained values. */
  readonly trained: number;
  /** Of training, without the test. */
  readonly seconds: number;
}

/** A trained model, ready to be saved. */
export interface Trained {
  readonly result: Result;
  readonly prompt?: PromptModule;
  readonly head: Head;
  readonly parameters: Parameters;
  readonly events: readonly TrainEvent[];
}

export interface RunOptions {
  readonly seed: number;
  readonly onEvent: Callback;
}

type Method = (task: SpamTask, options: RunOptions) => Promise<Trained>;

/** What is trained, and on which head: each on the same mails, for the same number of epochs. */
export const methods: Readonly<Record<string, Method>> = {
  "zero-shot": (task, options) =>
    onFeatures(task, { ...options, method: "zero-shot", head: similarity(task), trainable: [] }),
  "prompt alone": (task, options) =>
    onTexts(task, { ...options, method: "prompt alone", head: similarity(task), trainable: ["prompt"] }),
  "head alone": (task, options) =>
    onFeatures(task, { ...options, method: "head alone", head: classifier(), trainable: ["head"] }),
  "prompt and head": (task, options) =>
    onTexts(task, {
      ...options,
      method: "prompt and head",
      head: classifier(),
      trainable: ["prompt", "head"],
    }),
  "late fusion": (task, options) =>
    onFeatures(task, {
      ...options,
      method: "late fusion",
      head: lateFusion({ labels: LABELS.length, feature: "embedding" }),
      trainable: ["prompt", "head"],
    }),
};

interface Recipe extends RunOptions {
  readonly method: string;
  readonly head: Head;
  readonly trainable: readonly ParameterGroup[];
}

const similarity = ({ labelEmbeddings }: SpamTask) =>
  labelSimilarity({ embeddings: labelEmbeddings, feature: "embedding" });
const classifier = () => softmaxHead({ labels: LABELS.length, feature: "embedding" });

/** With a prompt every step runs the whole model. */
async function onTexts(task: SpamTask, recipe: Recipe): Promise<Trained> {
  const { backbone } = task;
  const prompt = softPrompt({
    virtualTokens: 20,
    init: fromText("Is this message an advertisement or a conversation?"),
  });
  const step = await backbone.compile({ ...recipe, prompt, objective: crossEntropy() });
  const batches = ({ encodings, labels }: Part, seed?: number) =>
    textBatches({
      encodings,
      labels,
      padId: backbone.tokenizer.padId,
      batchSize: BATCH_SIZE,
      bucketByLength: true,
      ...(seed === undefined ? {} : { random: seededRandom(seed) }),
    });
  return { ...(await trainAndTest(task, recipe, step, batches)), prompt };
}

/** Without one the model's features of a mail never change, so they are computed once, before training. */
async function onFeatures(task: SpamTask, recipe: Recipe): Promise<Trained> {
  const { tf } = await chooseBackend();
  const { features } = task.backbone;
  const embedding = features["embedding"];
  const step = tfjsStep({
    tf,
    ...recipe,
    features: embedding === undefined ? {} : { embedding },
    objective: crossEntropy(),
  });
  const batches = (part: Part, seed?: number) =>
    tensorBatches({
      tensors: part.features,
      batchSize: BATCH_SIZE,
      ...(seed === undefined ? {} : { random: seededRandom(seed) }),
    });
  return trainAndTest(task, recipe, step, batches);
}

async function trainAndTest(
  { train, validation, test }: SpamTask,
  { method, head, seed, onEvent }: Recipe,
  step: TrainStep,
  batches: (part: Part, seed?: number) => ReturnType<typeof textBatches>,
): Promise<Trained> {
  const metric = () => classificationMetrics({ labels: LABELS });
  const started = performance.now();
  const events: TrainEvent[] = [];
  const learned = step.parameters.filter((spec) => step.trainable.includes(spec.name));
  const parameters =
    learned.length === 0
      ? initialParameters(step.parameters, seed)
      : (
          await fit({
            step,
            batches: batches(train, seed),
            epochs: EPOCHS,
            learningRates: LEARNING_RATES,
            clipNorm: 1,
            seed,
            evaluation: { batches: batches(validation), metric, select: { metric: "accuracy", mode: "max" } },
            callbacks: [(event) => void events.push(event), onEvent],
          })
        ).parameters;
  const seconds = (performance.now() - started) / 1000;
  const { accuracy = 0, macroF1 = 0 } = await evaluate({
    step,
    parameters,
    batches: batches(test),
    metric: metric(),
  });
  await step.dispose();
  const trained = learned.reduce((sum, spec) => sum + spec.shape.reduce((size, dim) => size * dim, 1), 0);
  return { result: { method, accuracy, macroF1, trained, seconds }, head, parameters, events };
}
