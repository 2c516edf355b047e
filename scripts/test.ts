/**
 * Runs the tests of every workspace through turbo, adds up their reports, and ends with one line: the count.
 * A cached result counts like a fresh one: turbo restores its report.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { countTests } from "./count-tests.js";
import { root, workspaces } from "./workspaces.js";

const reports = workspaces
  .filter(({ manifest }) => manifest.scripts?.["test"])
  .map(({ directory }) => `${directory}/reports/vitest.json`);
for (const report of reports) rmSync(report, { force: true });

const { status } = spawnSync("turbo", ["run", "test", "--continue=always", "--output-logs=new-only"], {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});

const { passed, failed, problems } = countTests(reports, status === 0);
for (const problem of problems) console.log(problem);
console.log(`tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
