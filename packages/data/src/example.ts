import { DataError, type Example } from "@incipit/core";

/** A labelled text, or pair of texts, and where it was read. */
export interface TextExample extends Example {
  /** The second text, for tasks over two: premise and hypothesis, question and answer. */
  readonly pair?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
}

/** Which fields of a file make an example, and what to call the file. */
export interface ReadOptions {
  /** `text` by default. */
  readonly textColumn?: string;
  /** `label` by default. */
  readonly labelColumn?: string;
  /** None by default. */
  readonly pairColumn?: string;
  /** What errors call this data: the file's name. */
  readonly name?: string;
}

/** The fields wanted of every record. */
export interface Columns {
  readonly text: string;
  readonly label: string;
  readonly pair?: string;
}

/** The options' columns, with the defaults. */
export function columnsOf({ textColumn = "text", labelColumn = "label", pairColumn }: ReadOptions): Columns {
  return { text: textColumn, label: labelColumn, ...(pairColumn !== undefined && { pair: pairColumn }) };
}

/** An error at a line of some data. */
export function errorAt(name: string, line: number, problem: string, options: ErrorOptions = {}): DataError {
  return new DataError(`${name}, line ${line}: ${problem}`, { ...options, details: { name, line } });
}

/**
 * A record's fields as an example; the label without blanks around it.
 * @throws {DataError} when the text or the label is empty
 */
export function toExample(
  fields: { readonly text: string; readonly label: string; readonly pair?: string | undefined },
  columns: Columns,
  { name, line }: { readonly name: string; readonly line: number },
): TextExample {
  const { text, pair } = fields;
  const label = fields.label.trim();
  const empty = text.trim() === "" ? columns.text : label === "" ? columns.label : undefined;
  if (empty !== undefined) {
    throw errorAt(name, line, `column ${JSON.stringify(empty)} is empty; fill it in or remove the line.`);
  }
  return { text, label, ...(pair !== undefined && { pair }), line };
}

/** @throws {DataError} when nothing was read */
export function assertSome<E>(examples: readonly E[], name: string): readonly E[] {
  if (examples.length === 0) {
    throw new DataError(`${name}: there are no examples in it; is it the right file?`, { details: { name } });
  }
  return examples;
}
