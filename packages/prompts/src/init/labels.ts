import { ConfigError, type HostTensor } from "@incipit/core";
import type { PromptInit } from "./initializer.js";
import { fromVocabulary } from "./vocabulary.js";

/**
 * One virtual token per class label, the mean of its words' embeddings. Virtual tokens left over are sampled from the
 * vocabulary; labels left over are not used. The initialiser throws a `ConfigError` when a label has no tokens.
 * @see Lester et al. 2021, arXiv:2104.08691, section 3.2 ("Class Label")
 */
export function fromLabels(labels: readonly string[]): PromptInit {
  return (context) => {
    const { virtualTokens, embeddings, tokenizer } = context;
    const sampled = fromVocabulary()(context);
    const data = sampled.data.slice();
    labels.slice(0, virtualTokens).forEach((label, i) => {
      const { ids } = tokenizer.encode(label, { specialTokens: false });
      if (ids.length === 0) {
        throw new ConfigError(`fromLabels: the label "${label}" has no tokens; give a word for it.`);
      }
      data.set(meanRow(embeddings.rows(ids)), i * embeddings.width);
    });
    return { ...sampled, data };
  };
}

/** The mean over the first axis of `[rows, width]`. */
function meanRow({ data, shape }: HostTensor<"float32">): Float32Array {
  const [rows = 1, width = 0] = shape;
  return Float32Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += data[row * width + column] ?? 0;
    return sum / rows;
  });
}
