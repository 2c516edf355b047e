import { type NamedTensors, ShapeError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { tokenMetrics } from "./token-metrics.js";

const labels = ["B-LOC", "B-PER", "I-PER", "O"];

/** Logits that are 4 for each token's class, 0 for the others. */
const outputsOf = (rows: readonly (readonly number[])[], classes = labels.length): NamedTensors => ({
  logits: {
    dtype: "float32",
    shape: [rows.length, rows[0]!.length, classes],
    data: Float32Array.from(
      rows.flat().flatMap((own) => Array.from({ length: classes }, (_, i) => (i === own ? 4 : 0))),
    ),
  },
});
const batchOf = (rows: readonly (readonly number[])[]): NamedTensors => ({
  labels: {
    dtype: "int64",
    shape: [rows.length, rows[0]!.length],
    data: BigInt64Array.from(rows.flat(), BigInt),
  },
});

describe("tokenMetrics", () => {
  it("counts the entities of words' first tokens, each text for itself", () => {
    const metric = tokenMetrics({ labels });
    // Ada Lovelace (in two tokens each) sings | Rome, ignored: special tokens, second tokens, padding.
    metric.update(
      outputsOf([
        [3, 1, 0, 2, 0, 3],
        [2, 3, 3, 3, 3, 3],
      ]),
      batchOf([
        [-100, 1, -100, 2, -100, 3],
        [-100, 0, -100, -100, -100, -100],
      ]),
    );
    const report = metric.report();
    expect(report).toMatchObject({
      words: 4,
      values: { precision: 1, recall: 0.5, accuracy: 0.75 },
      types: [
        { type: "LOC", support: 1, recall: 0 },
        { type: "PER", support: 1, recall: 1 },
      ],
    });
    const sure = Math.log(Math.exp(4) + 3);
    expect(report.values.logLoss).toBeCloseTo((3 * (sure - 4) + sure) / 4, 5);
    expect(metric.values()).toEqual(report.values);
  });

  it("does not run entities on from one text into the next", () => {
    const metric = tokenMetrics({ labels });
    metric.update(outputsOf([[1], [2]]), batchOf([[1], [2]]));
    expect(metric.report()).toMatchObject({ types: [{ type: "PER", support: 2 }] });
  });

  it("counts tags that mark no entities as classes", () => {
    const metric = tokenMetrics({ labels: ["NOUN", "VERB"] });
    metric.update(outputsOf([[0, 1, 1]], 2), batchOf([[-100, 1, 0]]));
    expect(metric.report()).toMatchObject({
      examples: 2,
      values: { accuracy: 0.5 },
      confusion: [
        [0, 1],
        [0, 1],
      ],
    });
  });

  it("adds up batches, also those of which nothing counts", () => {
    const metric = tokenMetrics({ labels });
    metric.update(outputsOf([[0]]), batchOf([[-100]]));
    metric.update(outputsOf([[0]]), batchOf([[0]]));
    expect(metric.values()).toMatchObject({ f1: 1, accuracy: 1 });
  });

  it("refuses logits and labels that do not belong together", () => {
    const metric = tokenMetrics({ labels });
    const update = (outputs: NamedTensors, batch: NamedTensors) => () => {
      metric.update(outputs, batch);
    };
    expect(update(outputsOf([[0]], 3), batchOf([[0]]))).toThrow(ShapeError);
    expect(update(outputsOf([[0]], 3), batchOf([[0]]))).toThrow(
      "outputs.logits must be float32[batch,seq,4], got float32[1,1,3]",
    );
    expect(update(outputsOf([[0, 0]]), batchOf([[0]]))).toThrow(
      "batch.labels must be int64[1,2], got int64[1,1]",
    );
    expect(update({}, {})).toThrow("got nothing");
  });
});
