/** @file What is compared with PEFT, and how much better it shall be. */

/** Something that runs: the peer in some configuration, or we. */
export interface System {
  readonly name: string;
  readonly peer: boolean;
  /** Its own options beside the row's. */
  readonly args: readonly string[];
}

/** A figure of one system over that of another. */
export interface Goal {
  readonly system: string;
  readonly over: string;
  readonly figure: Figure;
  readonly least?: number;
  readonly most?: number;
}

/** What is compared of two runs. */
export type Figure = "examples_per_s" | "peak_rss_mib" | "time_to_first_step_s";

/** One comparison: the same model, texts and batches on all its systems. */
export interface Row {
  readonly name: string;
  /** Folder within that of the models. */
  readonly model: string;
  readonly args: readonly string[];
  readonly steps: number;
  /** Steps whose losses must be those of the peer; 0 where nothing is trained. */
  readonly paritySteps: number;
  readonly systems: readonly System[];
  readonly goals: readonly Goal[];
}

const PEFT: System = { name: "PEFT", peer: true, args: [] };
const PEFT_AT_LABEL: System = {
  name: "PEFT, words at one position",
  peer: true,
  args: ["--head-positions", "label"],
};
const FP32: System = { name: "fp32", peer: false, args: [] };
const INT8: System = { name: "int8", peer: false, args: ["--precision", "int8"] };

const faster = (system: System, over: System, least: number): Goal => ({
  system: system.name,
  over: over.name,
  figure: "examples_per_s",
  least,
});
const atMost = (figure: Figure, most: number): Goal => ({
  system: FP32.name,
  over: PEFT.name,
  figure,
  most,
});

const minilm = { model: "minilm-l6-seqcls", systems: [PEFT, FP32, INT8] };
const seqcls = ["--task", "seqcls", "--batch-size", "32"];

/** All comparisons. */
export const rows: readonly Row[] = [
  {
    ...minilm,
    name: "minilm, file order",
    args: seqcls,
    steps: 10,
    paritySteps: 30,
    goals: [
      faster(FP32, PEFT, 2.5),
      faster(INT8, PEFT, 5),
      atMost("peak_rss_mib", 0.6),
      atMost("time_to_first_step_s", 0.5),
    ],
  },
  {
    ...minilm,
    name: "minilm, grouped by length",
    args: [...seqcls, "--group-by-length"],
    steps: 16,
    paritySteps: 0,
    goals: [faster(FP32, PEFT, 1.2), faster(INT8, PEFT, 2)],
  },
  {
    ...minilm,
    name: "minilm, evaluation, grouped by length",
    args: [...seqcls, "--group-by-length", "--mode", "eval"],
    steps: 16,
    paritySteps: 0,
    goals: [faster(FP32, PEFT, 1.3), faster(INT8, PEFT, 2.5)],
  },
  {
    name: "bert-base, verbalizer",
    model: "bert-base-mlm",
    args: ["--task", "mlm-verbalizer", "--batch-size", "8"],
    steps: 8,
    paritySteps: 8,
    systems: [PEFT, PEFT_AT_LABEL, FP32, INT8],
    goals: [faster(FP32, PEFT, 2.5), faster(FP32, PEFT_AT_LABEL, 1.6)],
  },
  {
    name: "gpt2-small, language model",
    model: "gpt2-small-causal",
    args: ["--task", "causal-lm", "--batch-size", "8"],
    steps: 8,
    paritySteps: 8,
    systems: [PEFT, FP32, INT8],
    goals: [faster(FP32, PEFT, 1.8)],
  },
  {
    name: "gpt2-small, verbalizer",
    model: "gpt2-small-causal",
    args: ["--task", "causal-verbalizer", "--batch-size", "8"],
    steps: 8,
    paritySteps: 8,
    systems: [PEFT, PEFT_AT_LABEL, FP32, INT8],
    goals: [faster(FP32, PEFT, 1.8)],
  },
  {
    name: "t5-small, answers",
    model: "t5-small-seq2seq",
    args: ["--task", "seq2seq", "--batch-size", "8"],
    steps: 8,
    paritySteps: 8,
    systems: [PEFT, FP32, INT8],
    goals: [faster(FP32, PEFT, 1.5)],
  },
];
