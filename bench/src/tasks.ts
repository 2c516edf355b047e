/** @file The tasks that are timed: how texts become batches, what reads the model, and what is trained beside the prompt. */
import type { Batch, TrainStepParts } from "@incipit/core";
import { collateSequences, collateText } from "@incipit/data";
import {
  causalLanguageModel,
  crossEntropy,
  modelOutput,
  sequenceToSequence,
  verbalizerHead,
} from "@incipit/heads";
import type { Text } from "./workload.js";

/** The token ids that the tasks are about. */
export interface TaskIds {
  /** The word that stands for each label. */
  readonly words: readonly number[];
  readonly mask: number;
  readonly pad: number;
}

/** One task. */
export interface Task {
  collate(texts: readonly Text[], ids: TaskIds): Batch;
  parts(ids: TaskIds): Pick<TrainStepParts, "head" | "objective" | "modulesToSave">;
}

/** What a decoder reads first, and ends with. */
const START = 0;
const END = 1;

const verbalizer = (words: readonly number[], answer: Parameters<typeof verbalizerHead>[0]["answer"]) => ({
  head: verbalizerHead({ words: words.map((word) => [word]), answer }),
  objective: crossEntropy(),
});

const labelled = (texts: readonly Text[], { pad }: TaskIds) =>
  collateText(texts, { padId: pad, labels: texts.map(({ label }) => label) });

/** The tasks by the names that the peer's script gives them. */
export const tasks = {
  /** The classifier that the model comes with, trained too; it reads position 0, the first virtual token, as it does in PEFT. */
  seqcls: {
    collate: labelled,
    parts: () => ({ head: modelOutput(), objective: crossEntropy(), modulesToSave: ["classifier"] }),
  },
  /** Two words at a mask, which stands in the place of each text's last token but one. */
  "mlm-verbalizer": {
    collate: (texts, ids) =>
      labelled(
        texts.map((text) => ({ ...text, ids: text.ids.with(-2, ids.mask) })),
        ids,
      ),
    parts: ({ words, mask }) => verbalizer(words, { mask }),
  },
  /** Every token's next. */
  "causal-lm": {
    collate: (texts, { pad }) => collateText(texts, { padId: pad, labels: texts.map(({ ids }) => ids) }),
    parts: () => ({ head: modelOutput(), objective: causalLanguageModel() }),
  },
  /** Two words behind the last token. */
  "causal-verbalizer": {
    collate: labelled,
    parts: ({ words }) => verbalizer(words, "last"),
  },
  /** One of two words as an encoder-decoder's answer. */
  seq2seq: {
    collate: (texts, { words, pad }) =>
      collateSequences(
        texts,
        texts.map(({ label }) => ({ ids: [words[label] ?? END, END] })),
        { padId: pad, startId: START },
      ),
    parts: () => ({ head: modelOutput(), objective: sequenceToSequence() }),
  },
} as const satisfies Readonly<Record<string, Task>>;

/** What the tasks are called. */
export type TaskName = keyof typeof tasks;
