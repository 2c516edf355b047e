import { type Backbone, ConfigError } from "@incipit/core";

const KINDS = { pooled: "classifier", tokens: "tagger" } as const;

/**
 * Make sure that a model's own head can be used.
 * @param kind whether it tells the labels of texts or of their tokens
 * @throws {ConfigError} when it has not a logit for each label
 */
export function checkLogits(
  { name, features }: Pick<Backbone, "name" | "features">,
  kind: keyof typeof KINDS,
  labels: readonly string[],
  feature = "logits",
): void {
  const logits = features[feature];
  if (logits?.kind === kind && logits.width === labels.length) return;
  const found = logits?.kind === kind ? `it has ${logits.width} of them` : `it is no ${KINDS[kind]}`;
  throw new ConfigError(
    `--head model: "${name}" should tell ${labels.length} labels by its own "${feature}"; ${found}. Use another --head.`,
  );
}
