import { RuntimeError } from "@incipit/core";

/** What ONNX Runtime threw, as our error: its message without the trace that follows, itself as the cause. */
export function failure(
  what: string,
  cause: unknown,
  details: Readonly<Record<string, unknown>> = {},
): RuntimeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RuntimeError(`${what}: ${message.trim()}`, { cause, details });
}
