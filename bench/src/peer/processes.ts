/** @file Systems as processes of their own, which print what they measured as a line of JSON. */
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";
import { RuntimeError } from "@incipit/core";
import { z } from "zod";

const execute = promisify(execFile);

/** A program and the arguments that it begins with. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

const line = z.looseObject({
  examples_per_s: z.number(),
  median_step_ms: z.number(),
  peak_rss_mib: z.number(),
  time_to_first_step_s: z.number(),
  other_cores: z.number().nullable(),
  fraction_of_peak: z.number().optional(),
  losses: z.array(z.number()).optional(),
});

/** What a run measured. */
export type RunLine = z.infer<typeof line>;

/**
 * Runs a program to its end.
 * @throws {RuntimeError} when it fails, or prints something else than what it measured
 */
export async function runProgram({ command, args }: Program, more: readonly string[]): Promise<RunLine> {
  const all = [...args, ...more];
  const called = [command, ...all].join(" ");
  const { stdout } = await execute(command, all, { maxBuffer: 2 ** 26 }).catch((cause: unknown) => {
    throw new RuntimeError(`It failed: ${called}\n${lastLine(cause)}`, { cause });
  });
  const parsed = line.safeParse(jsonOf(stdout.trim().split("\n").at(-1) ?? ""));
  if (parsed.success) return parsed.data;
  throw new RuntimeError(`It did not say what it measured: ${called}\n${z.prettifyError(parsed.error)}`);
}

/** What is missing to run the peer, in words; undefined where nothing is. */
export async function missingPeer(python: string, script: string | undefined): Promise<string | undefined> {
  if (script === undefined)
    return "the peer's script is not given; say where peft_bench.py is with --peer-script";
  if (!(await exists(script))) return `there is no script ${script}`;
  try {
    await execute(python, ["-c", "import torch, transformers, peft, psutil"]);
    return undefined;
  } catch (cause) {
    const reason = hasCode(cause, "ENOENT") ? "there is no such program" : lastLine(cause);
    return `${python} cannot run it: ${reason}. Give a Python that has its requirements with --peer-python`;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The last line that a failed program wrote to stderr: Python's own summary of what went wrong. */
function lastLine(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return stderr.trim().split("\n").at(-1) ?? "";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
