/** Strings and the punctuation that shapes a JSON text. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * The first key that some object of a JSON text has twice, if any. `JSON.parse` would silently keep the last.
 * @param json a text that `JSON.parse` accepts
 */
export function duplicateKey(json: string): string | undefined {
  // One set of keys per open object or array; those of arrays stay empty.
  const open: Set<string>[] = [];
  let previous = "";
  for (const [text] of json.matchAll(token)) {
    if (text === "{" || text === "[") open.push(new Set());
    else if (text === "}" || text === "]") open.pop();
    else if (text === ":") {
      const key = JSON.parse(previous) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    previous = text;
  }
  return undefined;
}
