import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import ts from "typescript";
import { root } from "../scripts/workspaces.js";
import { type CodeBlock } from "./markdown.js";
import { createProgram } from "./typescript.js";

/** Inside this package, so that the names of our packages resolve. */
const modules = join(import.meta.dirname, ".docs");

/** How Node runs TypeScript, with our packages from their sources. */
const nodeOptions = ["--conditions=@incipit/source", "--import", import.meta.resolve("tsx")];

const timeLimit = 120_000;

/** Empties the folder that `writeModule` writes to. */
export function removeModules(): void {
  rmSync(modules, { recursive: true, force: true });
}

/**
 * Writes a `ts` block as a module, in which the code has the line numbers that it has in its document.
 * @returns the module's path, from which a stack trace or a type error can be read as one in the document.
 */
export function writeModule(document: string, { code, line }: CodeBlock): string {
  const file = join(modules, `${document}.${line}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "\n".repeat(line - 1) + code);
  return file;
}

/** The type errors of modules that `writeModule` wrote, each with its document and line. */
export function typeErrors(files: string[]): string[] {
  // An example may show a value and leave it at that.
  const program = createProgram(files, { noUnusedLocals: false });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || files.includes(file.fileName))
    .map((diagnostic) => inDocument(ts.formatDiagnostic(diagnostic, formatHost)));
}

/**
 * Runs a module that `writeModule` wrote in the folder `cwd`.
 * @throws {Error} when it fails or takes longer than two minutes, with what it printed.
 */
export function runModule(file: string, cwd: string): Promise<void> {
  return start(process.execPath, [...nodeOptions, file], cwd);
}

/**
 * Runs a `sh` block in the folder `cwd`; `incipit` is the command of this repository.
 * @throws {Error} when a command fails or the block takes longer than two minutes, with what it printed.
 */
export function runShell({ code }: CodeBlock, cwd: string): Promise<void> {
  return start("bash", ["-euc", code], cwd);
}

/** Runs a command to its end. What it prints, and its stack traces, name documents rather than our modules. */
function start(command: string, args: string[], cwd: string): Promise<void> {
  const env = { ...process.env, PATH: [commandFolder(), process.env["PATH"]].join(delimiter) };
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, timeout: timeLimit }, (error, stdout, stderr) => {
      if (error === null) {
        resolve();
        return;
      }
      const reason = error.killed ? `stopped after ${timeLimit / 1000} s` : `exit code ${error.code}`;
      reject(new Error(inDocument([reason, stdout, stderr].join("\n"))));
    });
  });
}

/** A folder with the one command `incipit`, which runs the program's source. */
function commandFolder(): string {
  const folder = join(modules, "bin");
  const main = join(root, "apps/cli/src/main.ts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "incipit"), `#!/bin/sh\nexec node ${nodeOptions.join(" ")} ${main} "$@"\n`);
  chmodSync(join(folder, "incipit"), 0o755);
  return folder;
}

/** Names documents where a message names the modules made of them. */
function inDocument(message: string): string {
  return message.replaceAll(`${modules}/`, "").replace(/(\.md)\.\d+\.ts/g, "$1");
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => modules,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};
