import type { Decoding, GenerationStep, HostTensor, Tokenizer } from "@incipit/core";

/** Logits of the next token, given what was read. */
export type ToyModel = (ids: readonly number[]) => readonly number[];

/** A generation step of a model that is a function. `reads` counts the tokens that were read one by one. */
export function toyStep(
  model: ToyModel,
  options: { readonly endIds?: readonly number[]; readonly maxLength?: number } = {},
): GenerationStep & { readonly reads: number } {
  let reads = 0;
  const decoding = (ids: readonly (readonly number[])[]): Decoding => {
    const logits = ids.map(model);
    return {
      ids,
      logits: {
        dtype: "float32",
        shape: [ids.length, logits[0]?.length ?? 0],
        data: Float32Array.from(logits.flat()),
      },
      next(more) {
        reads += more.length;
        return Promise.resolve(decoding(ids.map((row, i) => [...row, more[i]!])));
      },
      select: (rows) => decoding(rows.map((row) => ids[row]!)),
    };
  };
  return {
    parameters: [],
    continues: true,
    endIds: options.endIds ?? [],
    maxLength: options.maxLength ?? 100,
    get reads() {
      return reads;
    },
    start: ({ input_ids: ids, attention_mask: mask }) => Promise.resolve(decoding(rowsOf(ids!, mask!))),
    dispose: () => Promise.resolve(),
  };
}

function rowsOf(ids: HostTensor, mask: HostTensor): readonly (readonly number[])[] {
  const [batch = 0, seq = 0] = ids.shape;
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length: seq }, (_, i) => row * seq + i)
      .filter((at) => Number(mask.data[at]) === 1)
      .map((at) => Number(ids.data[at])),
  );
}

/** A tokenizer of the letters a to z, ids 1 to 26; 0 is padding, and no letter. */
export const letters: Tokenizer = {
  vocabularySize: 27,
  padId: 0,
  fingerprint: "letters",
  encode: (text) => ({ ids: Array.from(text, (letter) => letter.charCodeAt(0) - 96) }),
  decode: (ids) => ids.map((id) => (id === 0 ? "" : String.fromCharCode(id + 96))).join(""),
  token: (id) => String.fromCharCode(id + 96),
};

/** A model that goes on with the alphabet, sure of itself as far as `certainty` says. */
export const alphabet =
  (certainty: number): ToyModel =>
  (ids) =>
    Array.from({ length: 27 }, (_, id) => (id === ((ids.at(-1) ?? 0) % 26) + 1 ? certainty : 0));
