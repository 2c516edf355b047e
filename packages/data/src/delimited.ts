import { ConfigError, DataError } from "@incipit/core";
import Papa from "papaparse";
import { assertSome, columnsOf, errorAt, type ReadOptions, type TextExample, toExample } from "./example.js";
import { didYouMean, list } from "./suggest.js";

/** Options of comma- and tab-separated text. */
export interface DelimitedOptions extends ReadOptions {
  /** Whether `"` encloses fields that hold delimiters, line ends or quotes (RFC 4180); if not, it is a character like any. */
  readonly quotes?: boolean;
}

/**
 * The examples of a CSV text (RFC 4180) whose first line names the columns. Line ends of all systems, a byte order mark,
 * line ends within quotes and blank lines are fine; columns that are not asked for are left alone.
 * @throws {ConfigError} when a column is missing or there twice
 * @throws {DataError} when there are no examples, or at a line with a broken quote, too few or too many fields, an empty text
 * or an empty label
 */
export function parseCsv(content: string, options: DelimitedOptions = {}): readonly TextExample[] {
  return parseDelimited(content, ",", { name: "CSV", ...options });
}

/** The examples of a text with tabs between its fields; all else as in `parseCsv`. */
export function parseTsv(content: string, options: DelimitedOptions = {}): readonly TextExample[] {
  return parseDelimited(content, "\t", { name: "TSV", ...options });
}

function parseDelimited(
  content: string,
  delimiter: string,
  { name, quotes = true, ...options }: DelimitedOptions & { readonly name: string },
): readonly TextExample[] {
  const columns = columnsOf(options);
  const [header, ...rows] = records(content, delimiter, quotes, name);
  if (header === undefined) {
    throw new DataError(`${name}: the file is empty; its first line should name the columns.`, {
      details: { name },
    });
  }
  const names = header.fields.map((field) => field.trim());
  const textAt = position(names, columns.text, name);
  const labelAt = position(names, columns.label, name);
  const pairAt = columns.pair === undefined ? undefined : position(names, columns.pair, name);

  const examples = rows.map(({ fields, line }) => {
    if (fields.length !== names.length) {
      const remedy =
        fields.length > names.length && quotes
          ? 'a field with a delimiter in it must stand in quotes (")'
          : "add the rest";
      throw errorAt(
        name,
        line,
        `there ${fields.length === 1 ? "is 1 field" : `are ${fields.length} fields`} where the first line names ` +
          `${names.length} columns; ${remedy}.`,
      );
    }
    const [text = "", label = ""] = [fields[textAt], fields[labelAt]];
    const pair = pairAt === undefined ? undefined : fields[pairAt];
    return toExample({ text, label, pair }, columns, { name, line });
  });
  return assertSome(examples, name);
}

/** The rows that are not blank, each with the line it starts on. */
function records(
  content: string,
  delimiter: string,
  quotes: boolean,
  name: string,
): readonly { readonly fields: readonly string[]; readonly line: number }[] {
  // One kind of line end: the parser looks for one only, and files have been seen with several.
  const text = content.replace(/^\uFEFF/u, "").replace(/\r\n?/gu, "\n");
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter,
    newline: "\n",
    ...(!quotes && { fastMode: true }),
  });
  const [broken] = errors;
  if (broken !== undefined) {
    throw errorAt(
      name,
      lineEnds(text.slice(0, broken.index)) + 1,
      'a quote (") that opens a field here is not closed before the next delimiter; write quotes inside a quoted field ' +
        "twice, or read with { quotes: false } if they are ordinary characters.",
    );
  }
  let line = 1;
  return data
    .map((fields) => {
      const start = line;
      line += 1 + fields.reduce((total, field) => total + lineEnds(field), 0);
      return { fields, line: start };
    })
    .filter(({ fields }) => fields.some((field) => field.trim() !== ""));
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}

function position(header: readonly string[], column: string, name: string): number {
  const first = header.indexOf(column);
  if (first >= 0 && first === header.lastIndexOf(column)) return first;
  const found = first < 0 ? "there is no" : "there is more than one";
  throw new ConfigError(
    `${name}: ${found} column ${JSON.stringify(column)}; the columns are ${list(header)}${didYouMean(column, header)}`,
    { details: { name, column, columns: header } },
  );
}
