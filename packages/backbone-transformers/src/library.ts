import { RuntimeError } from "@incipit/core";
import type * as transformers from "@huggingface/transformers";

/** What `@huggingface/transformers` exports. */
export type Library = typeof transformers;

/**
 * `@huggingface/transformers`, loaded on first use: it brings an image library and ONNX Runtime for the web along.
 * @throws {RuntimeError} when it is not installed, or a native library of its own is missing
 */
export async function loadLibrary(): Promise<Library> {
  try {
    return await import("@huggingface/transformers");
  } catch (cause) {
    const message = `@huggingface/transformers cannot be loaded: ${reasonOf(cause)}`;
    throw new RuntimeError(
      `${message}. Install it beside this package, with its optional dependencies: npm install @huggingface/transformers.`,
      {
        cause,
      },
    );
  }
}

/** An error's first line; of a failed `fetch`, what failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ""] = error.message.split("\n");
  const reason = first.replace(/\.$/, "");
  return error.cause === undefined ? reason : `${reason} (${reasonOf(error.cause)})`;
}
