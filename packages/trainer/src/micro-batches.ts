import { ConfigError, type Batch, type HostTensor, type NamedTensors, type TrainStep } from "@incipit/core";
import { concatRows, IGNORED_LABEL, takeRows, zeros } from "@incipit/tensor";
import { cutByLength, type Part } from "./cut-by-length.js";
import { accumulate } from "./gradients.js";

/**
 * Tokens of a part where nothing else is asked for: fastest or near it on the machines that were measured. A constant, so that the same
 * seed gives the same bytes wherever a step runs as many parts side by side.
 */
export const MICRO_BATCH_TOKENS = 1024;

/** How many tokens a part of a batch may have. */
export interface MicroBatchOptions {
  /** Rows × positions, padding and virtual tokens included; a longer row is a part by itself. */
  readonly tokens: number;
}

/**
 * The same step, run on parts of a batch: rows of like length together, each part only as wide as its longest row. Loss and
 * gradients are added up, and outputs put back in order, to those of the whole batch (to rounding), without the arithmetic on
 * padding and with a working set that stays in the processor's cache. Batches without `attention_mask` are run as they are, as is
 * in training a batch that the loss needs whole.
 *
 * Only padding at the end is cut off: a model may count its positions from the first column.
 */
export function microBatched(step: TrainStep, { tokens }: MicroBatchOptions): TrainStep {
  const { tokenInputs = [], virtualTokens = 0, wholeBatch = false, concurrency = 1 } = step;
  const runEach = concurrency > 1 ? sideBySide : inTurn;
  const partsOf = (batch: Batch): readonly Part[] => {
    const lengths = rowLengths(batch, tokenInputs);
    return lengths === undefined ? [] : cutByLength(lengths, { tokens, virtualTokens, concurrency });
  };
  return {
    parameters: step.parameters,
    trainable: step.trainable,
    tokenInputs: step.tokenInputs,
    virtualTokens: step.virtualTokens,
    wholeBatch: step.wholeBatch,
    concurrency: step.concurrency,
    async step(batch, parameters) {
      const parts = wholeBatch ? [] : partsOf(batch);
      const results = await runEach(parts, (part) => step.step(take(batch, part, tokenInputs), parameters));
      const counted = results.filter(({ count }) => count > 0);
      // A batch without anything to take a mean over stays whole too: what that means is the step's business.
      return counted.length === 0 ? step.step(batch, parameters) : accumulate(counted);
    },
    async predict(batch, parameters) {
      const width = batch["attention_mask"]?.shape[1] ?? 0;
      const [first, ...others] = partsOf(batch);
      if (first === undefined || others.length === 0) return step.predict(batch, parameters);
      // One part keeps the batch's width, so that outputs which are as wide as their batch can be told from others.
      const parts = [{ ...first, width }, ...others];
      const outputs = await runEach(parts, (part) =>
        step.predict(take(batch, part, tokenInputs), parameters),
      );
      return putBack(outputs, parts);
    },
    dispose: () => step.dispose(),
  };
}

/**
 * The step as the trainer runs it.
 * @param tokens false: batches stay whole
 * @throws {ConfigError} when `tokens` is no whole number of at least 1
 */
export function inMicroBatches(step: TrainStep, tokens: number | false = MICRO_BATCH_TOKENS): TrainStep {
  if (tokens === false) return step;
  if (!Number.isSafeInteger(tokens) || tokens < 1) {
    throw new ConfigError(`microBatchTokens is ${tokens}; expected a whole number of at least 1, or false.`);
  }
  return microBatched(step, { tokens });
}

async function inTurn<T>(parts: readonly Part[], run: (part: Part) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const part of parts) results.push(await run(part));
  return results;
}

function sideBySide<T>(parts: readonly Part[], run: (part: Part) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(parts.map(run));
}

/** How many columns each row needs: up to its last token or, where tokens have labels, its last label. */
function rowLengths(batch: Batch, tokenInputs: readonly string[]): readonly number[] | undefined {
  const { attention_mask: mask, labels } = batch;
  if (mask === undefined || !tokenInputs.includes("attention_mask")) return undefined;
  const [rows = 0, width = 0] = mask.shape;
  const labelled = tokenInputs.includes("labels") ? labels?.data : undefined;
  const needed = (i: number) =>
    Number(mask.data[i]) !== 0 || (labelled !== undefined && Number(labelled[i]) !== IGNORED_LABEL);
  return Array.from({ length: rows }, (_, row) => {
    let length = width;
    while (length > 1 && !needed(row * width + length - 1)) length--;
    return length;
  });
}

/** These rows of a batch, and of its token inputs the first columns. */
function take(batch: Batch, { rows, width }: Part, tokenInputs: readonly string[]): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, tensor]) => {
      const taken = takeRows(tensor, rows);
      return [name, tokenInputs.includes(name) ? withWidth(taken, width) : taken];
    }),
  );
}

/** The parts' outputs as the whole batch's: those that are as wide as their part, with zeros where it was cut. */
function putBack(outputs: readonly NamedTensors[], parts: readonly Part[]): NamedTensors {
  const order = parts.flatMap(({ rows }) => rows);
  const positions = order.map((_, i) => i).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
  return Object.fromEntries(
    Object.keys(outputs[0] ?? {}).map((name) => {
      const values = outputs.flatMap((output) => output[name] ?? []);
      const width = values[0]?.shape[1];
      const wide = values.map((value) => (width === undefined ? value : withWidth(value, width)));
      return [name, takeRows(concatRows(wide), positions)];
    }),
  );
}

/** `[rows, width, …]`: cut off at the end, or filled up with zeros. */
function withWidth(tensor: HostTensor, width: number): HostTensor {
  const [rows = 0, from = 0, ...rest] = tensor.shape;
  if (from === width) return tensor;
  const cells: HostTensor = { ...tensor, shape: [rows * from, ...rest] };
  const padded = width > from ? concatRows([cells, zeros(tensor.dtype, [1, ...rest])]) : cells;
  const indices = Array.from({ length: rows * width }, (_, i) => {
    const column = i % width;
    return column < from ? Math.floor(i / width) * from + column : rows * from;
  });
  return { ...takeRows(padded, indices), shape: [rows, width, ...rest] };
}
