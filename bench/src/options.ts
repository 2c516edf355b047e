import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { PASSES } from "@incipit/backbone-onnx";
import { type TaskName, tasks } from "./tasks.js";

type Pass = (typeof PASSES)[number];

/** A parser of whole numbers of at least `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** A number of at least 0. */
export function fromZero(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Expected a number of at least 0.");
}

function wholeOrOff(text: string): number | false {
  return text === "off" ? false : whole(1)(text);
}

function passList(text: string): readonly Pass[] {
  const isPass = (name: string): name is Pass => (PASSES as readonly string[]).includes(name);
  const names = text.split(",");
  if (names.every(isPass)) return names;
  throw new InvalidArgumentError(`Expected some of: ${PASSES.join(", ")}.`);
}

function words(text: string): readonly number[] {
  return text.split(",").map(whole(0));
}

/** What one measured run takes: the peer's script knows the options of the same names. */
export const command = new Command("bench")
  .description(
    "Train a prompt on token ids, or evaluate it, and say how fast that was: one JSON line, as the peer's script.",
  )
  .requiredOption("--model <folder>", "the model, in the hub's layout")
  .requiredOption("--workload <file>", 'the texts: {"input_ids": […], "label": …} a line')
  .addOption(
    new Option("--task <name>", "what is learned")
      .choices(Object.keys(tasks) as TaskName[])
      .makeOptionMandatory(),
  )
  .addOption(
    new Option("--mode <mode>", "what is timed")
      .choices(["train", "eval"] as const)
      .default("train" as const),
  )
  .option("--virtual-tokens <n>", "in front of each text", whole(1), 20)
  .option("--batch-size <n>", "texts per step", whole(1), 32)
  .option("--steps <n>", "that are measured", whole(1), 10)
  .option("--warmup <n>", "steps before those, undone afterwards", whole(0), 2)
  .option("--threads <n>", "of ONNX Runtime", whole(1), 2)
  .option(
    "--workers <n>",
    "threads that run parts of a batch side by side (default: training's choice)",
    whole(0),
  )
  .option("--no-pack-weights", "multiply by weights as they lie in the model's file")
  .option("--group-by-length", "sort texts by length within windows of eight batches")
  .addOption(
    new Option("--precision <kind>", "arithmetic of the frozen model")
      .choices(["fp32", "int8"] as const)
      .default("fp32" as const),
  )
  .option(
    "--micro-batch-tokens <n>",
    "tokens that run at once; off: a batch at a time (default: the trainer's)",
    wholeOrOff,
  )
  .option(
    "--without <passes>",
    "leave out what makes the graphs fast: " + PASSES.join(", "),
    passList,
    [] as readonly Pass[],
  )
  .option("--profile", "print which kernels of ONNX Runtime take how long")
  .option("--lr <rate>", "learning rate of AdamW", fromZero, 1e-2)
  .option("--weight-decay <rate>", "of AdamW", fromZero, 0)
  .option("--seed <n>", "of the prompt, where it is not read", whole(0), 0)
  .option("--label-words <ids>", "token ids that stand for the labels", words, [
    2204, 2919,
  ] as readonly number[])
  .option("--mask-id <id>", "token id of the mask", whole(0), 103)
  .option("--pad-id <id>", "token id of padding", whole(0), 0)
  .optionsGroup("Parity:")
  .option("--prompt-init <file>", "read the initial prompt from a file of --dump-init")
  .option("--head-init <file>", "read the initial head from a file of --dump-init")
  .option("--dump-init <file>", "write the initial prompt and head")
  .option("--dump-final <file>", "write them after the last step")
  .option("--dump-batches <file>", "write which texts each measured batch had")
  .option("--trace", "the loss of each measured step, on stderr and in the JSON")
  .optionsGroup("Measurement:")
  .option(
    "--gemm-seconds <s>",
    "how long the machine's own rate is measured afterwards; 0: not at all",
    fromZero,
    1,
  )
  .option("--wait-quiet <s>", "wait so long at most for other processes to rest", fromZero, 0)
  .option("--json", "one line, as always: for those who ask for it");

/** The options of a run, as given or by default. */
export type BenchOptions = ReturnType<typeof command.opts>;
