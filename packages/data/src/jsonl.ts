import { ConfigError } from "@incipit/core";
import { assertSome, columnsOf, errorAt, type ReadOptions, type TextExample, toExample } from "./example.js";
import { type JsonObject, jsonObjects, kindOf } from "./json-lines.js";
import { didYouMean, list } from "./suggest.js";

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
  const objects = jsonObjects(content, { name, example: '{"text": "…", "label": "…"}' });
  const examples = objects.map(({ record, line }, index) => {
    const wanted = [columns.text, columns.label, columns.pair];
    const missing = wanted.find((column) => column !== undefined && !Object.hasOwn(record, column));
    if (missing !== undefined) throw missingField(record, missing, { name, line, first: index === 0 });
    const value = (column: string, types: readonly string[]) => {
      const field = record[column];
      if (types.includes(typeof field)) return String(field);
      throw errorAt(
        name,
        line,
        `field ${JSON.stringify(column)} must be a ${types.join(" or a ")}, got ${kindOf(field)}.`,
      );
    };
    const text = value(columns.text, ["string"]);
    const label = value(columns.label, ["string", "number", "boolean"]);
    const pair = columns.pair === undefined ? undefined : value(columns.pair, ["string"]);
    return toExample({ text, label, pair }, columns, { name, line });
  });
  return assertSome(examples, name);
}

function missingField(
  record: JsonObject,
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
