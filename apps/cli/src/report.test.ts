import { classificationMetrics } from "@incipit/metrics";
import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { formatBytes, formatReport, headline, table } from "./report.js";

it("aligns columns, numbers to the right", () => {
  const rows = [
    ["name", "value"],
    ["a", "10"],
    ["longer", "5"],
  ];
  expect(table(rows)).toBe("name    value\na          10\nlonger      5");
  expect(table(rows, { numbers: false })).toBe("name    value\na       10\nlonger  5");
});

it("shows the metrics, the scores of each label and the confusion matrix", () => {
  const metric = classificationMetrics({ labels: ["bad", "good"] });
  const logits = tensor("float32", [4, 2], [2, 0, 2, 0, 0, 2, 2, 0]);
  metric.update({ logits }, { labels: tensor("int64", [4], [0, 0, 1, 1]) });
  expect(formatReport(metric.report(), "test.csv")).toMatchInlineSnapshot(`
    "test.csv: 4 examples

    accuracy              0.750
    macro F1              0.733
    micro F1              0.750
    Matthews correlation  0.577
    calibration error     0.131
    log loss              0.627

    label  precision  recall     F1  examples
    bad        0.667   1.000  0.800         2
    good       1.000   0.500  0.667         2

    label \\ predicted  bad  good
    bad                  2     0
    good                 1     1"
  `);
});

it("shows what is known of a language model, and of the answers that it generates", () => {
  const values = { loss: 0.5, perplexity: Math.exp(0.5) };
  expect(formatReport({ tokens: 9, values }, "a.txt")).toMatchInlineSnapshot(`
    "a.txt: 9 tokens

    perplexity  1.649
    loss        0.500"
  `);
  const answers = { exactMatch: 0.25, bleu: 31.2, chrf: 50.1, rouge1: 0.4, rouge2: 0.3, rougeL: 0.35 };
  expect(formatReport({ tokens: 9, values: { ...values, ...answers } }, "a.txt")).toMatchInlineSnapshot(`
    "a.txt: 9 tokens

    perplexity    1.649
    loss          0.500
    exact match   0.250
    BLEU         31.200
    chrF         50.100
    ROUGE-1       0.400
    ROUGE-2       0.300
    ROUGE-L       0.350"
  `);
});

it("shows how well questions are answered", () => {
  const values = { exactMatch: 80, f1: 87.5 };
  expect(formatReport({ questions: 10, values }, "dev.json")).toBe(
    "dev.json: 10 questions\n\nexact match  80.000\nF1           87.500",
  );
  expect(headline(values)).toBe("exact match 80.000, F1 87.500");
});

it("writes sizes as one says them", () => {
  expect([0, 999, 1000, 20_480, 999_949, 1_000_000, 28_000_000].map(formatBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "20.5 kB",
    "999.9 kB",
    "1.0 MB",
    "28.0 MB",
  ]);
});

it("shows how well entities are found, of each type, too", () => {
  const scores = { precision: 0.5, recall: 1, f1: 2 / 3, support: 3 };
  const values = {
    ...{ precision: 0.5, recall: 1, f1: 2 / 3, macroPrecision: 0.5, macroRecall: 1, macroF1: 2 / 3 },
    ...{ accuracy: 0.9, logLoss: 0.25 },
  };
  expect(formatReport({ words: 20, types: [{ type: "PER", ...scores }], values }, "test.conll")).toBe(
    `test.conll: 20 words

F1         0.667
precision  0.500
recall     1.000
macro F1   0.667
accuracy   0.900
log loss   0.250

entity  precision  recall     F1  entities
PER         0.500   1.000  0.667         3`,
  );
  expect(headline(values)).toBe("F1 0.667, accuracy 0.900, log loss 0.250");
});
