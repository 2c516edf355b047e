/** @file A training problem small enough to check by hand: softmax regression with its gradient written out. */
import { type Batch, type BatchSource, type Metric, type ParameterSpec, type TrainStep } from "@incipit/core";
import { seededRandom, shuffle, tensor } from "@incipit/tensor";

const width = 3;
const classes = 3;

const specs: readonly ParameterSpec[] = [
  {
    name: "prompt.offset",
    shape: [width],
    group: "prompt",
    learningRateScale: 0.5,
    initialize: (random) =>
      tensor(
        "float32",
        [width],
        Float32Array.from({ length: width }, () => random.normal() * 0.1),
      ),
  },
  {
    name: "head.weight",
    shape: [width, classes],
    group: "head",
    learningRateScale: 1,
    initialize: (random) =>
      tensor(
        "float32",
        [width, classes],
        Float32Array.from({ length: width * classes }, () => random.normal() * 0.1),
      ),
  },
];

/** logits = (features + offset) · weight, loss = cross-entropy. */
export function logisticRegression(trainable: readonly string[] = specs.map(({ name }) => name)): TrainStep {
  return {
    parameters: specs,
    trainable,
    step: (batch, parameters) => {
      const { x, y, offset, weight } = read(batch, parameters);
      const n = y.length;
      const logits = forward(x, offset, weight);
      const offsetGradient = new Float64Array(width);
      const weightGradient = new Float64Array(width * classes);
      let total = 0;
      for (let row = 0; row < n; row++) {
        const p = softmax(logits.subarray(row * classes, (row + 1) * classes));
        total -= Math.log(p[y[row]!]!);
        for (let c = 0; c < classes; c++) {
          const delta = (p[c]! - (y[row] === c ? 1 : 0)) / n;
          for (let i = 0; i < width; i++) {
            weightGradient[i * classes + c]! += delta * (x[row * width + i]! + offset[i]!);
            offsetGradient[i]! += delta * weight[i * classes + c]!;
          }
        }
      }
      const gradients = {
        "prompt.offset": tensor("float32", [width], Float32Array.from(offsetGradient)),
        "head.weight": tensor("float32", [width, classes], Float32Array.from(weightGradient)),
      };
      return Promise.resolve({
        loss: total / n,
        count: n,
        gradients: Object.fromEntries(Object.entries(gradients).filter(([name]) => trainable.includes(name))),
      });
    },
    predict: (batch, parameters) => {
      const { x, y, offset, weight } = read(batch, parameters);
      return Promise.resolve({ logits: tensor("float32", [y.length, classes], forward(x, offset, weight)) });
    },
    dispose: () => Promise.resolve(),
  };
}

function read(batch: Batch, parameters: Readonly<Record<string, { data: Float32Array }>>) {
  return {
    x: batch["features"]!.data as Float32Array,
    y: Array.from(batch["labels"]!.data as BigInt64Array, Number),
    offset: parameters["prompt.offset"]!.data,
    weight: parameters["head.weight"]!.data,
  };
}

function forward(x: Float32Array, offset: Float32Array, weight: Float32Array): Float32Array {
  const logits = new Float32Array((x.length / width) * classes);
  return logits.map((_, k) => {
    const [row, c] = [Math.floor(k / classes), k % classes];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (x[row * width + i]! + offset[i]!) * weight[i * classes + c]!;
    return sum;
  });
}

function softmax(logits: Float32Array): number[] {
  const max = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** Points around three centres, in an order that depends on seed and epoch only. */
export function points(examples: number, batchSize: number, seed = 1): BatchSource {
  const random = seededRandom(seed);
  const rows = Array.from({ length: examples }, (_, i) => {
    const label = i % classes;
    return { label, x: Array.from({ length: width }, (_, j) => random.normal() + (j === label ? 3 : 0)) };
  });
  return {
    examples,
    batches: Math.ceil(examples / batchSize),
    *epoch(epoch) {
      const order = shuffle(seededRandom(seed).stream(`epoch ${epoch}`), rows);
      for (let start = 0; start < order.length; start += batchSize) {
        const part = order.slice(start, start + batchSize);
        yield {
          features: tensor("float32", [part.length, width], Float32Array.from(part.flatMap(({ x }) => x))),
          labels: tensor(
            "int64",
            [part.length],
            BigInt64Array.from(part, ({ label }) => BigInt(label)),
          ),
        };
      }
    },
  };
}

/** The share of examples whose largest logit is the label's. */
export function accuracy(): Metric {
  let correct = 0;
  let seen = 0;
  return {
    update(outputs, batch) {
      const logits = outputs["logits"]!.data as Float32Array;
      batch["labels"]!.data.forEach((label, row) => {
        const scores = logits.subarray(row * classes, (row + 1) * classes);
        if (scores.indexOf(Math.max(...scores)) === Number(label)) correct++;
        seen++;
      });
    },
    values: () => ({ accuracy: correct / seen }),
  };
}
