import type { Batch, HostTensor } from "@incipit/core";
import { inFloat32 } from "./float-inputs.js";

/**
 * A batch with the inputs that follow from others, where it does not bring them: token types of a single segment, and
 * positions that count the tokens which are not masked, as decoders with left padding expect. Floats become float32.
 */
export function withDefaults(batch: Batch): Batch {
  const { attention_mask: mask, decoder_input_ids: decoderIds } = batch;
  return {
    ...(mask?.dtype === "int64" && {
      token_type_ids: { ...mask, data: new BigInt64Array(mask.data.length) },
      position_ids: positions(mask),
    }),
    ...(decoderIds?.dtype === "int64" && {
      decoder_attention_mask: { ...decoderIds, data: new BigInt64Array(decoderIds.data.length).fill(1n) },
    }),
    ...inFloat32(batch),
  };
}

/** `max(cumulative sum of the mask - 1, 0)`, `[batch, seq]` */
function positions(mask: HostTensor<"int64">): HostTensor<"int64"> {
  const [, seq = 0] = mask.shape;
  let tokens = 0n;
  const data = mask.data.map((kept, i) => {
    if (i % seq === 0) tokens = 0n;
    tokens += kept;
    return tokens > 0n ? tokens - 1n : 0n;
  });
  return { ...mask, data };
}
