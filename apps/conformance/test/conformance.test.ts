import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCase } from "../src/run-case.js";
import { CASES } from "./cases.js";

describe("losses and gradients equal those of PyTorch and PEFT", () => {
  it.each(CASES)("$name", async ({ name, folder }) => {
    const { error, passed, deviations } = await runCase(folder, name);
    expect(error).toBeUndefined();
    expect(deviations).toBeDefined();
    expect(passed).toBe(true);
  });

  it("reports what went wrong instead of throwing", async () => {
    const report = await runCase(join(import.meta.dirname, "no-such-case"), "no-such-case");
    expect(report).toMatchObject({ passed: false, error: expect.stringContaining("case.json") as string });
  });
});
