import { FormatError } from "@incipit/core";
import type { FileRegion } from "../graph/stored-tensor.js";

/**
 * Gives the bytes of a tensor that lies outside the model, or where they are: `length` bytes from `offset` of the file
 * `location`, which is relative to the model's folder.
 */
export type ExternalData = (location: string, offset: number, length: number) => Uint8Array | FileRegion;

/** Says where `length` bytes from `offset` of the model are in a file, if they are to stay there. */
export type OwnData = (offset: number, length: number) => FileRegion | undefined;

/** What everything that reads a model needs to know about it. */
export interface ReadContext {
  /** What messages call the model: its file name. */
  readonly file: string;
  readonly externalData: ExternalData | undefined;
  readonly ownData: OwnData | undefined;
  /** The model. */
  readonly bytes: Uint8Array;
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
