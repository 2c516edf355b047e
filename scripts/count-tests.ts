import { existsSync, readFileSync } from "node:fs";

/** What we read of a report by vitest's json reporter. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

/** The sum of several test reports. `problems` says what no report's count of failed tests shows. */
export interface TestCount {
  passed: number;
  failed: number;
  problems: string[];
}

/**
 * Adds up vitest reports. Each thing that went wrong counts as at least one failure: a failed test, a file that failed
 * before its first test, a run that left no report, and a run that failed although all its tests passed.
 */
export function countTests(reportFiles: string[], runSucceeded: boolean): TestCount {
  const count: TestCount = { passed: 0, failed: 0, problems: [] };
  const fail = (problem: string) => {
    count.failed += 1;
    count.problems.push(problem);
  };
  for (const file of reportFiles) {
    if (!existsSync(file)) {
      fail(`${file}: not written, the test run did not end`);
      continue;
    }
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    count.passed += report.numPassedTests;
    count.failed += report.numFailedTests;
    for (const { name, status, assertionResults } of report.testResults) {
      const failedBeforeItsTests =
        status === "failed" && !assertionResults.some((test) => test.status === "failed");
      if (failedBeforeItsTests) fail(`${name}: failed outside its tests`);
    }
  }
  if (!runSucceeded && count.failed === 0) fail("The run failed although no test did; see above.");
  return count;
}
