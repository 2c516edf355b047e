import { ShapeError, type Head, type HostTensor } from "@incipit/core";
import { cosineSimilarity, formatTensor, initializers, named } from "@incipit/tensor";
import { checkLabels } from "./labels.js";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/** The labels, embedded, and how texts are compared with them. */
export interface LabelSimilarityOptions extends PooledFeatureOptions {
  /** One embedded description per label, `[labels, width]`, of the same feature as the texts'. */
  readonly embeddings: HostTensor<"float32">;
  /** Cosines are multiplied by this before the softmax. @default 20 */
  readonly scale?: number;
}

/**
 * Labels as points among the texts: `logits = scale · cos(x, embedded description of the label)`. It works before any
 * training, and with it frozen a prompt is all that is trained.
 * Parameter: `head.labels` `[labels, width]`. Output: `logits` `[batch, labels]`.
 *
 * Its `parameters` throw a `ShapeError` when the feature has another width than the descriptions.
 * @throws {ShapeError} when `embeddings` is no matrix
 * @throws {ConfigError} when there are fewer than two labels
 */
export function labelSimilarity(options: LabelSimilarityOptions): Head {
  const { embeddings, scale = 20, ...pooled } = options;
  const [labels, width] = embeddings.shape;
  if (labels === undefined || width === undefined || embeddings.shape.length !== 2) {
    throw new ShapeError(
      `labelSimilarity: expected label embeddings [labels, width], got ${formatTensor(embeddings)}.`,
    );
  }
  checkLabels("labelSimilarity", labels);
  return {
    config: { type: "label-similarity", labels, width, scale, ...pooled },
    parameters({ features }) {
      const feature = chooseFeature(features, options.feature);
      if (feature.width !== width) {
        throw new ShapeError(
          `labelSimilarity: the labels are embedded in ${width} dimensions, the feature "${feature.name}" has ` +
            `${feature.width}; embed the label descriptions with this feature.`,
        );
      }
      return [
        {
          name: "head.labels",
          shape: embeddings.shape,
          group: "head",
          learningRateScale: 1,
          initialize: (random) => initializers.constant(embeddings)(random, embeddings.shape),
        },
      ];
    },
    build(ops, context) {
      const cosines = cosineSimilarity(
        ops,
        pooledFeature(ops, context, pooled),
        named(context.parameters, "head.labels"),
      );
      return { logits: ops.mul(cosines, ops.scalar(scale)) };
    },
  };
}
