/** @file What a decoder is told of its tokens, virtual ones included, when it reads whole texts. */
import type { HostTensor, NamedTensors, PromptLayout } from "@incipit/core";
import { promptStart, tensor } from "@incipit/tensor";

export interface TokenInputsOptions extends PromptLayout {
  /** An ordinary id that stands where the virtual tokens will be. */
  readonly placeholderId: number;
  readonly padId: number;
  /** Where shorter texts are filled up: at the end, or between the virtual tokens in front and the text. */
  readonly padding: "end" | "before-text";
}

/** One position of a text. */
interface Position {
  readonly id: number;
  readonly mask: 0 | 1;
  readonly position: number;
}

/** A batch of texts. */
export interface TokenInputs {
  /** Each `[batch, positions]`. */
  readonly inputs: Readonly<Record<"input_ids" | "attention_mask" | "position_ids", HostTensor<"int64">>>;
  /** Where each text's last token is, `[batch]`. */
  readonly last: HostTensor<"int64">;
}

/**
 * Texts of different lengths as one batch: placeholders among the ids, ones in the mask at virtual tokens and text, and
 * positions that count both but no padding.
 */
export function tokenInputs(texts: readonly (readonly number[])[], options: TokenInputsOptions): TokenInputs {
  const { virtualTokens, padding, padId } = options;
  const width = virtualTokens + Math.max(0, ...texts.map((ids) => ids.length));
  const rows = texts.map((ids) => {
    const row = withPlaceholders(ids, options).map((id, position): Position => ({ id, mask: 1, position }));
    const pads = Array.from({ length: width - row.length }, (): Position => ({
      id: padId,
      mask: 0,
      position: 0,
    }));
    return padding === "end"
      ? [...row, ...pads]
      : [...row.slice(0, virtualTokens), ...pads, ...row.slice(virtualTokens)];
  });
  const matrix = (value: (position: Position) => number) =>
    tensor(
      "int64",
      [texts.length, width],
      BigInt64Array.from(rows.flatMap((row) => row.map((p) => BigInt(value(p))))),
    );
  return {
    inputs: {
      input_ids: matrix(({ id }) => id),
      attention_mask: matrix(({ mask }) => mask),
      position_ids: matrix(({ position }) => position),
    },
    last: tensor(
      "int64",
      [texts.length],
      rows.map((row) => row.findLastIndex(({ mask }) => mask === 1)),
    ),
  };
}

function withPlaceholders(ids: readonly number[], options: TokenInputsOptions): readonly number[] {
  const start = promptStart(options);
  const placeholders = Array.from({ length: options.virtualTokens }, () => options.placeholderId);
  return [...ids.slice(0, start), ...placeholders, ...ids.slice(start)];
}

/** Token ids of each text in a batch that is padded in whatever way its mask says. */
export function textsOf({
  input_ids: ids,
  attention_mask: mask,
}: NamedTensors): readonly (readonly number[])[] {
  const [batch = 0, seq = 0] = ids?.shape ?? [];
  return Array.from({ length: batch }, (_, row) => {
    const from = row * seq;
    return Array.from({ length: seq }, (_, i) => from + i)
      .filter((at) => mask === undefined || Number(mask.data[at]) !== 0)
      .map((at) => Number(ids?.data[at]));
  });
}
