import { expect, test } from "vitest";
import { codeBlocks } from "./markdown.js";

test("finds each block with its language, flags and first line", () => {
  const text = ["# Title", "", "```ts no-run", "const a = 1;", "", "```", "text", "```sh", "```"].join("\n");
  expect(codeBlocks(text)).toEqual([
    { language: "ts", flags: ["no-run"], code: "const a = 1;\n", line: 4 },
    { language: "sh", flags: [], code: "", line: 9 },
  ]);
});

test("strips the indent of a block in a list", () => {
  expect(codeBlocks("1. So:\n\n   ```ts\n   f({\n     a,\n   });\n   ```")).toEqual([
    { language: "ts", flags: [], code: "f({\n  a,\n});", line: 4 },
  ]);
});

test("takes a shorter fence inside a block as code", () => {
  expect(codeBlocks("````md\n```ts\n1;\n```\n````")).toEqual([
    { language: "md", flags: [], code: "```ts\n1;\n```", line: 2 },
  ]);
});

test("names the line of a block that is not closed", () => {
  expect(() => codeBlocks("a\n```ts\nb")).toThrow("line 2: the code block is not closed");
});
