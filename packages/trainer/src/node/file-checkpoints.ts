import { readFile } from "node:fs/promises";
import { ConfigError } from "@incipit/core";
import { type CheckpointStore } from "../checkpoint.js";
import { hasCode, reasonOf } from "./system-error.js";
import { writeDurably } from "./write-durably.js";

/**
 * Checkpoints in one file, each replacing the one before; folders on the way are made. Its methods throw a `ConfigError` when
 * the file cannot be read or written.
 */
export function fileCheckpoints(path: string): CheckpointStore {
  return {
    location: path,
    async load() {
      try {
        return await readFile(path);
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined;
        throw new ConfigError(`Cannot read the checkpoint ${path}: ${reasonOf(error)}.`, { cause: error });
      }
    },
    async save(checkpoint) {
      try {
        await writeDurably(path, checkpoint);
      } catch (cause) {
        throw new ConfigError(
          `Cannot write the checkpoint ${path}: ${reasonOf(cause)}. Choose a place that can be written to.`,
          { cause, details: { path } },
        );
      }
    },
  };
}
