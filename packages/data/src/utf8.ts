import { DataError } from "@incipit/core";

/**
 * Bytes as text, UTF-8; a byte order mark is dropped.
 * @param name what errors call this data: the file's name
 * @throws {DataError} at the line with the first byte that is not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  const decode = (part: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(part);
  try {
    return decode(bytes);
  } catch (cause) {
    let [line, start] = [1, 0];
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      try {
        decode(bytes.subarray(start, end));
      } catch {
        break;
      }
      [line, start] = [line + 1, end + 1];
    }
    throw new DataError(`${name}, line ${line}: this is not UTF-8 text; save the file as UTF-8.`, {
      cause,
      details: { name, line },
    });
  }
}
