import {
  type Batch,
  ConfigError,
  DataError,
  DivergenceError,
  type HostTensor,
  type NamedTensors,
  ShapeError,
} from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/scikit-learn.json" with { type: "json" };
import { classificationMetrics } from "./classification.js";

const floats = (shape: number[], values: number[]): HostTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(values),
});
const integers = (values: number[]): HostTensor => ({
  dtype: "int64",
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const outputs = (rows: number[][]): NamedTensors => ({
  logits: floats([rows.length, rows[0]?.length ?? 0], rows.flat()),
});
const batch = (labels: number[]): Batch => ({ labels: integers(labels) });
const names = (count: number) => Array.from({ length: count }, (_, index) => `class ${index}`);

describe("classificationMetrics", () => {
  describe.each(fixture.cases)("on $name", ({ classes, logits, labels, values, scores, confusion }) => {
    const rows = labels.map((_, row) => logits.slice(row * classes, (row + 1) * classes));
    const seen = (sizes: number[]) => {
      const metric = classificationMetrics({ labels: names(classes) });
      let from = 0;
      for (const size of sizes) {
        metric.update(outputs(rows.slice(from, from + size)), batch(labels.slice(from, from + size)));
        from += size;
      }
      return metric;
    };

    it("gives scikit-learn's values", () => {
      const got = seen([labels.length]).values();
      expect(Object.keys(got).sort()).toEqual(Object.keys(values).sort());
      for (const [name, value] of Object.entries(values)) expect(got[name], name).toBeCloseTo(value, 10);
    });

    it("gives scikit-learn's scores of each class, and its confusion matrix", () => {
      const report = seen([labels.length]).report();
      expect(report.confusion).toEqual(confusion);
      expect(report.examples).toBe(labels.length);
      report.classes.forEach(({ label, ...own }, index) => {
        expect(label).toBe(`class ${index}`);
        for (const [name, value] of Object.entries(scores[index]!)) {
          expect(own[name as keyof typeof own], name).toBeCloseTo(value, 12);
        }
      });
    });

    it("gives the same when the examples come in several batches", () => {
      const whole = seen([labels.length]).report();
      const parts = seen([1, 4, labels.length - 5]).report();
      expect(parts.confusion).toEqual(whole.confusion);
      for (const [name, value] of Object.entries(whole.values)) {
        expect(parts.values[name], name).toBeCloseTo(value, 12);
      }
    });
  });

  it("gives scikit-learn's documented log loss", () => {
    const metric = classificationMetrics({ labels: ["ham", "spam"] });
    const probabilities = [
      [0.1, 0.9],
      [0.9, 0.1],
      [0.8, 0.2],
      [0.35, 0.65],
    ];
    metric.update(outputs(probabilities.map((row) => row.map(Math.log))), batch([1, 0, 0, 1]));
    expect(metric.values().logLoss).toBeCloseTo(0.21616, 5);
  });

  it("does not change when all of an example's logits are shifted", () => {
    const logit = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(logit, logit, fc.nat(1), logit), { minLength: 1 }), (list) => {
        const values = (shift: number) => {
          const metric = classificationMetrics({ labels: ["a", "b"] });
          metric.update(
            outputs(list.map(([a, b, , by]) => [a + shift * by, b + shift * by])),
            batch(list.map(([, , label]) => label)),
          );
          return metric.values();
        };
        const plain = values(0);
        for (const [name, value] of Object.entries(values(100))) expect(value).toBeCloseTo(plain[name]!, 10);
      }),
    );
  });

  it("reads int32 labels and float64 logits too", () => {
    const metric = classificationMetrics({ labels: ["a", "b"] });
    metric.update(
      { logits: { dtype: "float64", shape: [1, 2], data: Float64Array.of(0, 1) } },
      { labels: { dtype: "int32", shape: [1], data: Int32Array.of(1) } },
    );
    expect(metric.values().accuracy).toBe(1);
  });

  it("has nothing to say before the first example", () => {
    const metric = classificationMetrics({ labels: ["a", "b"] });
    expect(() => metric.values()).toThrow(DataError);
    expect(() => metric.report()).toThrow(DataError);
  });

  it("refuses fewer than two labels", () => {
    expect(() => classificationMetrics({ labels: ["only"] })).toThrow(ConfigError);
  });

  it.each([
    ["no logits", {}, batch([0]), /outputs\.logits must be float32\[batch,2\], got nothing/u],
    ["logits of three classes", outputs([[1, 2, 3]]), batch([0]), /got float32\[1,3\]/u],
    ["logits of another dtype", { logits: integers([1, 2]) }, batch([0]), /got int64\[2\]/u],
    ["no labels", outputs([[1, 2]]), {}, /batch\.labels must be int64\[1\], got nothing/u],
    ["more labels than logits", outputs([[1, 2]]), batch([0, 1]), /got int64\[2\]/u],
  ])("refuses %s", (_, predicted, given, message) => {
    const metric = classificationMetrics({ labels: ["a", "b"] });
    expect(() => {
      metric.update(predicted, given);
    }).toThrow(ShapeError);
    expect(() => {
      metric.update(predicted, given);
    }).toThrow(message);
  });

  it("refuses a label that is no class", () => {
    expect(() => {
      classificationMetrics({ labels: ["a", "b"] }).update(outputs([[1, 2]]), batch([2]));
    }).toThrow(/example 0 of the batch has label 2/u);
  });

  it.each([NaN, Infinity])("refuses the logit %d, and keeps what it had", (value) => {
    const metric = classificationMetrics({ labels: ["a", "b"] });
    metric.update(outputs([[0, 1]]), batch([1]));
    const before = metric.report();
    expect(() => {
      metric.update(
        outputs([
          [0, 1],
          [value, 0],
        ]),
        batch([0, 0]),
      );
    }).toThrow(DivergenceError);
    expect(metric.report()).toEqual(before);
  });
});
