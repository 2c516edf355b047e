import fc from "fast-check";
import { expect, it } from "vitest";
import { duplicateKey } from "./duplicate-key.js";

it.each([
  ['{"a":1,"b":2,"a":3}', "a"],
  ['{"x":{"b":1,"b":2}}', "b"],
  ['[{"a":{},"c":[],"a":1}]', "a"],
  ['{"\\u0061":1,"a":2}', "a"],
  ['{"a\\"":1,"a\\"":2}', 'a"'],
])("finds the key that %s has twice", (json, key) => {
  expect(duplicateKey(json)).toBe(key);
});

it("takes equal keys of different objects, and values that look like keys, for what they are", () => {
  expect(duplicateKey('{"a":{"a":["a","a",{"a":"a\\":{"}]},"b":"a"}')).toBeUndefined();
});

it("finds none in anything that JSON.stringify writes", () => {
  fc.assert(fc.property(fc.json(), (json) => duplicateKey(json) === undefined));
});
