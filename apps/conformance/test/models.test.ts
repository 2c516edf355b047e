import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCase } from "../src/case.js";
import { modelsTable } from "../src/models-table.js";
import { CASES } from "./cases.js";

it("docs/models.md lists what the cases verify, as `conformance --table` prints it", async () => {
  const document = readFileSync(join(import.meta.dirname, "../../../docs/models.md"), "utf8");
  expect(document).toContain(modelsTable(await Promise.all(CASES.map(({ folder }) => readCase(folder)))));
});
