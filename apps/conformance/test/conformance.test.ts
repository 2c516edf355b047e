import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCase } from "../src/run-case.js";

const FOLDER = fileURLToPath(new URL("../../../packages/testing/test-data/conformance", import.meta.url));

const CASES = readdirSync(FOLDER).sort();

describe("losses and gradients equal those of PyTorch and PEFT", () => {
  it.each(CASES)("%s", async (name) => {
    const { error, passed, deviations } = await runCase(join(FOLDER, name), name);
    expect(error).toBeUndefined();
    expect(deviations).toBeDefined();
    expect(passed).toBe(true);
  });

  it("reports what went wrong instead of throwing", async () => {
    const report = await runCase(join(FOLDER, "no-such-case"), "no-such-case");
    expect(report).toMatchObject({ passed: false, error: expect.stringContaining("case.json") as string });
  });
});
