import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const main = join(import.meta.dirname, "../src/main.ts");
/** How Node runs TypeScript, with our packages from their sources. */
const nodeOptions = [
  "--conditions=@incipit/source",
  "--import",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href,
];

/** How a command ended. */
export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Start `incipit` from its sources, as a program of its own. */
export function startCli(args: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...nodeOptions, main, ...args], { cwd });
}

/** Run `incipit` from its sources to its end. */
export async function runCli(args: readonly string[], cwd: string, input = ""): Promise<CliResult> {
  const child = startCli(args, cwd);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** The same, for a command that should end well. @throws {Error} when it does not, with what it printed */
export async function mustRunCli(args: readonly string[], cwd: string, input?: string): Promise<CliResult> {
  const result = await runCli(args, cwd, input);
  if (result.code === 0) return result;
  throw new Error(`incipit ${args.join(" ")}\nexited with ${result.code}:\n${result.stderr}`);
}
