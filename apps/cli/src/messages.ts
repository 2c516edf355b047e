/** @file What a command tells people beside its result: on the standard error, so that the result can be piped. */

/** Tell something. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Tell something that is probably not as it should be. */
export function warn(message: string): void {
  say(`warning: ${message}`);
}
