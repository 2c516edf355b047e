import { FormatError } from "@incipit/core";

/**
 * Gives the bytes of a tensor that lies outside the model: `length` bytes from `offset` of the file `location`, which
 * is relative to the model's folder.
 */
export type ExternalData = (location: string, offset: number, length: number) => Uint8Array;

/** What everything that reads a model needs to know about it. */
export interface ReadContext {
  /** What messages call the model: its file name. */
  readonly file: string;
  readonly externalData: ExternalData | undefined;
}

/** An error about something within a model file. */
export function formatError(
  { file }: Pick<ReadContext, "file">,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): FormatError {
  return new FormatError(`${file}: ${message}`, {
    details: { file, ...details },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Protobuf cannot hold more in one message. */
export const PROTOBUF_LIMIT = 2 ** 31 - 1;
