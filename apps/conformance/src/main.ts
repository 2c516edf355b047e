import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { formatReport } from "./report.js";
import { runCase, type CaseReport } from "./run-case.js";

interface Options {
  readonly cases: string;
  readonly only?: string;
  readonly json?: true;
}

const program = new Command("conformance")
  .description("Compare losses, gradients and 20 optimizer steps with what PyTorch and PEFT computed.")
  .requiredOption("--cases <folder>", "a folder of cases, each a folder with case.json and its ONNX files")
  .option("--only <name>", "only the cases whose name contains this")
  .option("--json", "print the reports as JSON")
  .action(async ({ cases, only = "", json }: Options) => {
    const entries = await readdir(cases, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isDirectory() && entry.name.includes(only))
      .map((entry) => entry.name);
    const reports: CaseReport[] = [];
    for (const name of names.sort()) reports.push(await runCase(join(cases, name), name));
    console.log(json === true ? JSON.stringify(reports, undefined, 2) : formatReport(reports));
    if (reports.length === 0) console.error(`No case in ${cases} has a name that contains "${only}".`);
    process.exitCode = reports.length > 0 && reports.every((report) => report.passed) ? 0 : 1;
  });

await program.parseAsync();
