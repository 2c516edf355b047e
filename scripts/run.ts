import { spawnSync } from "node:child_process";

/** Where a command runs and with what environment; both default to those of this process. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
}

/**
 * Runs a command to its end and gives back what it printed to its standard output.
 * @throws {Error} when it cannot be started or exits non-zero, with all that it printed.
 */
export function run(command: string, args: string[], options: RunOptions = {}): string {
  const result = spawnSync(command, args, { ...options, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  if (result.error) throw new Error(`${command}: ${result.error.message}`);
  if (result.status !== 0) {
    const line = [command, ...args].join(" ");
    throw new Error(
      `${line}\nexited with ${result.status ?? result.signal ?? "?"}:\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}
