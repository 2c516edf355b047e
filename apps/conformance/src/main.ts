import { Command } from "commander";
import { readCase } from "./case.js";
import { caseFolders } from "./folders.js";
import { modelsTable } from "./models-table.js";
import { formatReport } from "./report.js";
import { runCase, type CaseReport } from "./run-case.js";

interface Options {
  readonly cases: readonly string[];
  readonly only?: string;
  readonly json?: true;
  readonly table?: true;
}

const program = new Command("conformance")
  .description("Compare losses, gradients and 20 optimizer steps with what PyTorch and PEFT computed.")
  .requiredOption("--cases <folders...>", "folders of cases, each a folder with case.json and its ONNX files")
  .option("--only <name>", "only the cases whose name contains this")
  .option("--json", "print the reports as JSON")
  .option("--table", "run nothing, but print what the cases are of, as docs/models.md has it")
  .action(async ({ cases, only = "", json, table }: Options) => {
    const chosen = (await caseFolders(cases)).filter(({ name }) => name.includes(only));
    if (table === true) {
      console.log(modelsTable(await Promise.all(chosen.map(({ folder }) => readCase(folder)))));
      return;
    }
    const reports: CaseReport[] = [];
    for (const { name, folder } of chosen) reports.push(await runCase(folder, name));
    console.log(json === true ? JSON.stringify(reports, undefined, 2) : formatReport(reports));
    if (reports.length === 0)
      console.error(`No case in ${cases.join(" ")} has a name that contains "${only}".`);
    process.exitCode = reports.length > 0 && reports.every((report) => report.passed) ? 0 : 1;
  });

await program.parseAsync();
