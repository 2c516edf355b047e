import { CommanderError } from "@commander-js/extra-typings";
import { IncipitError } from "@incipit/core";
import manifest from "../package.json" with { type: "json" };

/** What the exit codes mean, for `--help`. */
export const exitCodesHelp = `Exit codes:
  0    done
  1    something is wrong with the data, the model, the prompt or the settings; the message says what
  2    the command line is not understood
  130  interrupted; training can be continued with --resume`;

/** What a program that a signal interrupted exits with. */
export const INTERRUPTED = 130;

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return isClosedPipe(error) ? 0 : 1;
}

/** Print an error for the user: one of ours as its message, anything else as a bug. */
export function report(error: unknown, { verbose }: { readonly verbose: boolean }): void {
  if (error instanceof CommanderError || isClosedPipe(error)) return;
  process.stderr.write(`incipit: ${describe(error)}\n`);
  if (verbose) console.error(error);
}

function describe(error: unknown): string {
  if (error instanceof IncipitError) return error.message;
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (
    `${problem}\nThis is a bug in Incipit, not a mistake of yours. Please report it with what you ran and what the same ` +
    `command prints with --verbose. (incipit ${manifest.version}, Node ${process.version}, ${process.platform} ${process.arch})`
  );
}

/** Whoever read our output has seen enough, as in `incipit predict … | head`. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
