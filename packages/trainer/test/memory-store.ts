import { type CheckpointStore } from "../src/checkpoint.js";

/** A store in memory that counts its saves; bytes are copied, as a file would. */
export function memoryStore(initial?: Uint8Array): CheckpointStore & { readonly saves: () => number } {
  let content = initial?.slice();
  let saves = 0;
  return {
    location: "memory",
    load: () => Promise.resolve(content?.slice()),
    save: (checkpoint) => {
      content = checkpoint.slice();
      saves++;
      return Promise.resolve();
    },
    saves: () => saves,
  };
}
