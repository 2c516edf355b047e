import { errorAt } from "./example.js";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The objects of a JSON Lines text, one on each line that is not blank, each with its line. */
export function jsonObjects(
  content: string,
  { name, example }: { readonly name: string; readonly example: string },
): readonly { readonly record: JsonObject; readonly line: number }[] {
  return content
    .replace(/^\uFEFF/u, "")
    .split(/\r\n?|\n/u)
    .map((source, index) => ({ source, line: index + 1 }))
    .filter(({ source }) => source.trim() !== "")
    .map(({ source, line }) => {
      const record = parseJson(source, name, line);
      if (isObject(record)) return { record, line };
      throw errorAt(name, line, `expected a JSON object such as ${example}, got ${kindOf(record)}.`);
    });
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

/** Whether a value of JSON is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value of JSON is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
