/** The system's words without the path, e.g. `EACCES: permission denied`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(",")[0] ?? error.message) : String(error);
}
