import { FormatError } from "@incipit/core";
import { z } from "zod";

/** JSON with sorted keys and an indent of two, as Python's `json.dumps(…, indent=2, sort_keys=True)`. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, sortKeys, 2));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param file what the bytes are called in messages
 * @throws {FormatError} when they are not JSON of this form, naming each field that is wrong
 */
export function decodeJson<T>(bytes: Uint8Array, schema: z.ZodType<T>, file: string): T {
  const result = schema.safeParse(parse(bytes, file));
  if (result.success) return result.data;
  throw new FormatError(
    `${file}: ${z.prettifyError(result.error)}\nSave the adapter again, or mend the file.`,
    {
      cause: result.error,
      details: { file },
    },
  );
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(`${file}: this is not JSON. Save the adapter again.`, { cause, details: { file } });
  }
}
