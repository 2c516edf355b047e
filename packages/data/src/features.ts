import { ConfigError, type Backbone, type Encoding, type NamedTensors } from "@incipit/core";
import { concatRows, takeRows } from "@incipit/tensor";
import { collateText } from "./collate.js";

/** Which texts and features, on which model. */
export interface EncodeFeaturesOptions {
  readonly backbone: Pick<Backbone, "encode" | "features" | "tokenizer">;
  readonly encodings: readonly Encoding[];
  /** Features of kind `pooled`; all of them by default. */
  readonly features?: readonly string[];
  /** Texts per run of the model. @default 32 */
  readonly batchSize?: number;
  /** Called after each run with the number of texts done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The frozen model's pooled features of all texts, `[texts, width]` each, after one pass over them. They never change, so
 * a head (or late fusion) can train on them for as many epochs as it likes.
 * @throws {ConfigError} when a feature is none of the backbone's pooled ones, or there is no text
 */
export async function encodeFeatures(options: EncodeFeaturesOptions): Promise<NamedTensors> {
  const { backbone, encodings, batchSize = 32, onProgress } = options;
  const pooled = Object.keys(backbone.features).filter((name) => backbone.features[name]?.kind === "pooled");
  const names = options.features ?? pooled;
  const unknown = names.find((name) => !pooled.includes(name));
  if (unknown !== undefined || names.length === 0 || encodings.length === 0) {
    throw new ConfigError(
      encodings.length === 0
        ? "encodeFeatures: there are no texts to encode."
        : `encodeFeatures: "${unknown ?? ""}" is no pooled feature of the backbone; it has ${pooled.join(", ") || "none"}.`,
    );
  }
  // Texts of like length together, so that little is computed on padding; the rows are put back in order afterwards.
  const order = encodings.map((_, i) => i).sort((a, b) => length(encodings, a) - length(encodings, b));
  const parts: NamedTensors[] = [];
  for (let start = 0; start < order.length; start += batchSize) {
    const chunk = order.slice(start, start + batchSize).flatMap((i) => encodings.slice(i, i + 1));
    parts.push(await backbone.encode(collateText(chunk, { padId: backbone.tokenizer.padId })));
    onProgress?.(Math.min(start + batchSize, order.length), order.length);
  }
  const positions = order.map((_, i) => i).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
  return Object.fromEntries(
    names.map((name) => {
      const rows = parts.flatMap((part) => (part[name] === undefined ? [] : [part[name]]));
      return [name, takeRows(concatRows(rows), positions)];
    }),
  );
}

function length(encodings: readonly Encoding[], index: number): number {
  return encodings[index]?.ids.length ?? 0;
}
