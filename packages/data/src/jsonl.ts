import { ConfigError } from "@incipit/core";
import { assertSome, columnsOf, errorAt, type ReadOptions, type TextExample, toExample } from "./example.js";
import { didYouMean, list } from "./suggest.js";

type Json = Readonly<Record<string, unknown>>;

/**
 * The examples of a JSON Lines text: one object on each line. Texts are strings; labels may be numbers or booleans, too,
 * and become strings. Blank lines are skipped, fields that are not asked for left alone.
 * @throws {ConfigError} when the first object lacks a field
 * @throws {DataError} when there are no examples, or at a line that is not a JSON object, lacks a field, or has one of the
 * wrong type or an empty one
 */
export function parseJsonl(content: string, options: ReadOptions = {}): readonly TextExample[] {
  const { name = "JSONL" } = options;
  const columns = columnsOf(options);
  const lines = content
    .replace(/^\uFEFF/u, "")
    .split(/\r\n?|\n/u)
    .map((source, index) => ({ source, line: index + 1 }))
    .filter(({ source }) => source.trim() !== "");
  const examples = lines.map(({ source, line }, index) => {
    const record = parseObject(source, name, line);
    const wanted = [columns.text, columns.label, columns.pair];
    const missing = wanted.find((column) => column !== undefined && !Object.hasOwn(record, column));
    if (missing !== undefined) throw missingField(record, missing, { name, line, first: index === 0 });
    const value = (column: string, types: readonly string[]) => {
      const field = record[column];
      if (types.includes(typeof field)) return String(field);
      throw errorAt(
        name,
        line,
        `field ${JSON.stringify(column)} must be a ${types.join(" or a ")}, got ${kind(field)}.`,
      );
    };
    const text = value(columns.text, ["string"]);
    const label = value(columns.label, ["string", "number", "boolean"]);
    const pair = columns.pair === undefined ? undefined : value(columns.pair, ["string"]);
    return toExample({ text, label, pair }, columns, { name, line });
  });
  return assertSome(examples, name);
}

function parseObject(source: string, name: string, line: number): Json {
  const value = parseJson(source, name, line);
  if (isObject(value)) return value;
  throw errorAt(
    name,
    line,
    `expected a JSON object such as {"text": "…", "label": "…"}, got ${kind(value)}.`,
  );
}

function parseJson(source: string, name: string, line: number): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw errorAt(
      name,
      line,
      `not JSON (${(cause as Error).message}); there must be one object on each line.`,
      {
        cause,
      },
    );
  }
}

function missingField(
  record: Json,
  column: string,
  { name, line, first }: { readonly name: string; readonly line: number; readonly first: boolean },
): Error {
  const present = Object.keys(record);
  const problem = `there is no field ${JSON.stringify(column)}; the fields are ${list(present)}${didYouMean(column, present)}`;
  return first
    ? new ConfigError(`${name}, line ${line}: ${problem}`, {
        details: { name, line, column, columns: present },
      })
    : errorAt(name, line, problem);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
