import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { countTests } from "../scripts/count-tests.js";

const folder = mkdtempSync(join(tmpdir(), "incipit-count-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a report of one test file whose tests have these outcomes; returns the report's path. */
function report(name: string, fileStatus: string, ...outcomes: string[]): string {
  const file = join(folder, `${name}.json`);
  const count = (outcome: string) => outcomes.filter((other) => other === outcome).length;
  const assertionResults = outcomes.map((status) => ({ status }));
  writeFileSync(
    file,
    JSON.stringify({
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
      testResults: [{ name, status: fileStatus, assertionResults }],
    }),
  );
  return file;
}

test("adds up the tests of all reports", () => {
  const reports = [
    report("a", "passed", "passed", "passed"),
    report("b", "failed", "passed", "failed", "skipped"),
  ];
  expect(countTests(reports, false)).toEqual({ passed: 3, failed: 1, problems: [] });
});

test("counts a file that failed before its tests", () => {
  const count = countTests([report("c", "failed"), report("d", "passed", "passed")], false);
  expect(count).toEqual({ passed: 1, failed: 1, problems: ["c: failed outside its tests"] });
});

test("counts a run that left no report", () => {
  expect(countTests([join(folder, "none.json")], false)).toMatchObject({ passed: 0, failed: 1 });
});

test("counts a run that failed although its tests passed", () => {
  expect(countTests([report("e", "passed", "passed")], false)).toMatchObject({ passed: 1, failed: 1 });
});
