/** @file Texts that a number is to be told of. */
import { type BatchSource, DataError, type Encoding, type HostTensor } from "@incipit/core";
import { type DelimitedOptions, type OrderOptions, textBatches, type Texts } from "@incipit/data";
import { readData } from "@incipit/data/node";
import { tensor } from "@incipit/tensor";

/** A text, or a pair of texts, and its number. */
export interface NumberedText extends Texts {
  readonly number: number;
}

/**
 * The texts of a file, whose label is a number.
 * @throws {ConfigError} when a column is missing
 * @throws {DataError} when the file cannot be used, or a label is no number
 */
export async function readNumbers(path: string, options: DelimitedOptions): Promise<readonly NumberedText[]> {
  const examples = await readData(path, options);
  return examples.map(({ label, line, ...texts }) => ({ ...texts, number: numberOf(label, path, line) }));
}

/** @throws {DataError} when a field is no finite number */
export function numberOf(field: string, path: string, line = 0): number {
  const value = Number(field);
  if (Number.isFinite(value)) return value;
  throw new DataError(
    `${path}, line ${line}: expected a number such as 3.5, got ${JSON.stringify(field)}; correct it or remove the line.`,
    { details: { path, line } },
  );
}

/** The numbers of some texts, `[texts, 1]`. */
export function numbersOf(examples: readonly NumberedText[]): HostTensor<"float32"> {
  return tensor(
    "float32",
    [examples.length, 1],
    examples.map(({ number }) => number),
  );
}

/** Batches of texts, encoded, and their numbers. */
export function numberBatches(
  examples: readonly NumberedText[],
  {
    encode,
    padId,
    ...order
  }: OrderOptions & {
    readonly encode: (texts: readonly Texts[]) => readonly Encoding[];
    readonly padId: number;
  },
): BatchSource {
  return textBatches({
    encodings: encode(examples),
    targets: { target: numbersOf(examples) },
    padId,
    bucketByLength: true,
    ...order,
  });
}
