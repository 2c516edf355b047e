import { type Metric } from "@incipit/core";

/**
 * Counts how many classes are predicted (`predictedClasses`, by the largest of `logits` `[batch, classes]`) and how many
 * there are (`presentClasses`, in `labels` `[batch]`). Both stay 0 where outputs and batch have no such tensors.
 */
export function classCounts(): Metric {
  const predicted = new Set<number>();
  const present = new Set<number>();
  return {
    update(outputs, batch) {
      const { logits } = outputs;
      const { labels } = batch;
      if (logits?.dtype !== "float32" || logits.shape.length !== 2 || labels?.shape.length !== 1) return;
      const classes = logits.shape[1] as number;
      for (let start = 0; start < logits.data.length; start += classes) {
        const row = logits.data.subarray(start, start + classes);
        predicted.add(row.indexOf(Math.max(...row)));
      }
      for (const label of labels.data) present.add(Number(label));
    },
    values: () => ({ predictedClasses: predicted.size, presentClasses: present.size }),
  };
}
