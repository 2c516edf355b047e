import type { Batch } from "@incipit/core";
import { tensor } from "@incipit/tensor";

/** What stands where virtual tokens will be: an ordinary token, which is no padding, of the first segment. */
const PLACEHOLDERS = { input_ids: 5, attention_mask: 1, token_type_ids: 0 };

/** The model's inputs with room for virtual tokens in front of each text; token types of one segment where the batch has none. */
export function insertRows(batch: Batch, virtualTokens: number): Batch {
  const { attention_mask: mask } = batch;
  const [rows = 0, length = 0] = mask?.shape ?? [];
  const width = virtualTokens + length;
  return Object.fromEntries(
    Object.entries(PLACEHOLDERS).map(([name, placeholder]) => {
      const data = new BigInt64Array(rows * width).fill(BigInt(placeholder));
      for (let i = 0; i < rows * length; i++) {
        const target = Math.floor(i / length) * width + virtualTokens + (i % length);
        data[target] = BigInt(Number(batch[name]?.data[i] ?? 0));
      }
      return [name, tensor("int64", [rows, width], data)];
    }),
  );
}
