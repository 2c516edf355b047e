import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { program } from "./program.js";

test("reports the version of its package", () => {
  expect(program.version()).toBe(manifest.version);
});
