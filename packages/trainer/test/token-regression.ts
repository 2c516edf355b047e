/** @file A step over padded texts whose loss and gradient are sums that can be checked by hand. */
import { type Batch, type HostTensor, type NamedTensors, type TrainStep } from "@incipit/core";
import { tensor } from "@incipit/tensor";

/** What the step reads of a batch. */
interface Texts {
  readonly width: number;
  readonly ids: readonly number[];
  readonly mask: readonly number[];
  readonly labels: readonly number[];
}

const numbers = (tensor: HostTensor | undefined) => Array.from(tensor?.data ?? [], Number);

function read(batch: Batch): Texts {
  return {
    width: batch["input_ids"]!.shape[1]!,
    ids: numbers(batch["input_ids"]),
    mask: numbers(batch["attention_mask"]),
    labels: numbers(batch["labels"]),
  };
}

/** Each token's score: its id times a weight, plus its place in the text times another. */
function scores({ width, ids, mask }: Texts, [a, b]: readonly [number, number]): number[] {
  return ids.map((id, i) =>
    mask[i] ? a * id + b * mask.slice(i - (i % width), i).filter(Boolean).length : 0,
  );
}

/** `(score - label)² ` over the labels that are not -100: of each token, or of each text's sum of scores. */
export function tokenRegression({
  virtualTokens = 0,
  perToken = false,
  calls = [],
  ...rest
}: Partial<TrainStep> & { readonly perToken?: boolean; readonly calls?: Batch[] } = {}): TrainStep {
  const weights = (parameters: NamedTensors) =>
    numbers(parameters["w"]) as unknown as readonly [number, number];
  const spec = { group: "head", learningRateScale: 1, shape: [2], name: "w" } as const;
  return {
    parameters: [{ ...spec, initialize: () => tensor("float32", [2], [0, 0]) }],
    trainable: ["w"],
    tokenInputs: ["input_ids", "attention_mask", ...(perToken ? ["labels"] : [])],
    virtualTokens,
    step(batch, parameters) {
      calls.push(batch);
      const texts = read(batch);
      const at = ([a, b]: readonly [number, number]) =>
        perToken ? scores(texts, [a, b]) : sums(texts, scores(texts, [a, b]));
      const values = at(weights(parameters));
      const [byA, byB] = [at([1, 0]), at([0, 1])];
      const errors = texts.labels.map((label, i) => (label === -100 ? 0 : values[i]! - label));
      const count = texts.labels.filter((label) => label !== -100).length;
      const mean = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0) / count;
      const gradient = [byA, byB].map((slope) => mean(errors.map((error, i) => 2 * error * slope[i]!)));
      return Promise.resolve({
        loss: mean(errors.map((error) => error ** 2)),
        count,
        gradients: { w: tensor("float32", [2], gradient) },
      });
    },
    predict(batch, parameters) {
      calls.push(batch);
      const texts = read(batch);
      const token = scores(texts, weights(parameters));
      const rows = token.length / texts.width;
      const prompted = Array.from({ length: rows }, (_, row) => [
        ...Array.from({ length: virtualTokens }, () => 1),
        ...token.slice(row * texts.width, (row + 1) * texts.width),
      ]);
      return Promise.resolve({
        positions: tensor("float32", [rows, texts.width + virtualTokens], prompted.flat()),
        states: tensor(
          "float32",
          [rows, texts.width + virtualTokens, 2],
          prompted.flat().flatMap((x) => [x, 2 * x]),
        ),
        pooled: tensor(
          "float32",
          [rows, 3],
          prompted.flatMap((row) => [sum(row), 1, 2]),
        ),
        score: tensor("float32", [rows], prompted.map(sum)),
      });
    },
    dispose: () => Promise.resolve(),
    ...rest,
  };
}

/** Of each text. */
function sums({ width }: Texts, token: readonly number[]): readonly number[] {
  return Array.from({ length: token.length / width }, (_, row) =>
    sum(token.slice(row * width, (row + 1) * width)),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
