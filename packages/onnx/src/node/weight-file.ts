import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync, type BigIntStats } from "node:fs";
import { parse } from "node:path";
import type { FileRegion } from "../graph/stored-tensor.js";

/** Finds a part of a file. @throws {Error} when the file ends before it */
export type WeightFile = (offset: number, length: number) => FileRegion;

/**
 * A file with weights, as it is now: what is read of it later must be read of the same.
 * @throws {Error} when there is no such file
 */
export function weightFile(file: string): WeightFile {
  const real = realpathSync(file);
  const { root } = parse(real);
  const before = statSync(real, { bigint: true });
  const check = (now: BigIntStats) => {
    if (now.ino !== before.ino || now.size !== before.size || now.mtimeNs !== before.mtimeNs)
      throw new Error("the file has changed since the model was loaded; load the model again");
  };
  return (offset, length) => {
    if (offset + length > Number(before.size))
      throw new Error(`the file ends after ${before.size} of ${offset + length} bytes`);
    return {
      root,
      path: real.slice(root.length),
      offset,
      length,
      read(start = 0, end = length) {
        const opened = openSync(real, "r");
        try {
          check(fstatSync(opened, { bigint: true }));
          return readRange(opened, offset + start, Math.max(0, Math.min(end, length) - start));
        } finally {
          closeSync(opened);
        }
      },
      check() {
        check(statSync(real, { bigint: true }));
      },
    };
  };
}

function readRange(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  // One read gives at most 2 GB.
  for (let read = 0; read < length;) {
    const count = readSync(file, bytes, read, Math.min(length - read, 2 ** 30), offset + read);
    if (count === 0) throw new Error(`the file ends after ${offset + read} of ${offset + length} bytes`);
    read += count;
  }
  return bytes;
}
