import { ShapeError, type EmbeddingTable, type HostTensor } from "@incipit/core";

/** A vocabulary entry, and how near it is. */
export interface NearToken {
  readonly id: number;
  /** Cosine of the two embeddings. */
  readonly similarity: number;
}

/** Rows of the table that are looked at together. */
const CHUNK = 1024;

/**
 * For each virtual token the vocabulary entries nearest to it, by the cosine of their embeddings, the nearest first.
 * @param prompt `[virtualTokens, width]`
 * @throws {ShapeError} when the prompt is not as wide as the table
 * @see Lester et al. 2021, arXiv:2104.08691, section 7
 */
export function nearestTokens(
  prompt: HostTensor<"float32">,
  embeddings: EmbeddingTable,
  count = 5,
): readonly (readonly NearToken[])[] {
  const [virtualTokens = 0, width] = prompt.shape;
  if (prompt.shape.length !== 2 || width !== embeddings.width) {
    throw new ShapeError(
      `nearestTokens: expected a prompt [virtual tokens, ${embeddings.width}], got [${prompt.shape.join(", ")}].`,
    );
  }
  const tokens = unitRows(prompt);
  const nearest = Array.from({ length: virtualTokens }, (): readonly NearToken[] => []);
  for (let start = 0; start < embeddings.size; start += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, embeddings.size - start) }, (_, i) => start + i);
    const rows = unitRows(embeddings.rows(ids));
    tokens.forEach((token, i) => {
      const candidates = rows.map((row, at) => ({ id: start + at, similarity: dot(token, row) }));
      nearest[i] = [...(nearest[i] ?? []), ...candidates]
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, count);
    });
  }
  return nearest;
}

/** The rows of a matrix, each scaled to length 1; a row of zeros stays. */
function unitRows({ data, shape }: HostTensor<"float32">): readonly Float32Array[] {
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width);
    const length = Math.sqrt(dot(row, row));
    return length === 0 ? row : row.map((value) => value / length);
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
