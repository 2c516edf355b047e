/** @file Tensors whose data stays in a file until it is asked for. */
import { FormatError, type DType, type HostTensor } from "@incipit/core";
import { tensorFromBytes, tensorToBytes } from "./tensors.js";

/** Bytes within a file. */
export interface FileRegion {
  /** The root of the file system that the file is in: `/`, or a drive such as `C:\`. */
  readonly root: string;
  /** The file, relative to `root`, without symbolic links. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /**
   * The bytes from `start` to `end` of the region, all by default, in memory of their own.
   * @throws {Error} when the file is not what it was, or cannot be read
   */
  read(start?: number, end?: number): Uint8Array;
  /** @throws {Error} when the file is not what it was */
  check(): void;
}

/** What a tensor is, but for its data. */
export interface TensorType {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The same symbol in every copy of this module: the package is built several times, as modules and for `require`. */
const REGION = Symbol.for("@incipit/onnx: file region");

/**
 * A tensor that lies in a file. Its `data` is read when it is first asked for, and may be forgotten again when nobody holds it;
 * it then throws a `FormatError` when the file is not what it was.
 */
export function storedTensor({ name, dtype, shape }: TensorType, region: FileRegion): HostTensor {
  const named = <R>(work: () => R): R => {
    try {
      return work();
    } catch (cause) {
      const file = region.root + region.path;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError(`${file}: tensor "${name}": its data cannot be read: ${reason}`, {
        details: { file, tensor: name },
        cause,
      });
    }
  };
  const checked: FileRegion = {
    ...region,
    read: (start, end) => named(() => region.read(start, end)),
    check: () => {
      named(() => {
        region.check();
      });
    },
  };
  let known: WeakRef<HostTensor["data"]> | undefined;
  const tensor = {
    dtype,
    shape,
    get data() {
      const data = known?.deref() ?? tensorFromBytes(dtype, shape, checked.read()).data;
      known = new WeakRef(data);
      return data;
    },
  } as HostTensor;
  // Not copied by spreading: a copy with other data does not lie there.
  return Object.defineProperty(tensor, REGION, { value: checked });
}

/** Where a tensor lies, if its data is in a file and not in memory. */
export function storedAt(tensor: HostTensor): FileRegion | undefined {
  return (tensor as { readonly [REGION]?: FileRegion })[REGION];
}

/**
 * The tensor in memory. One that lies in a file is read anew at each call, and forgotten with the result: for passes over all weights,
 * as what `data` has read stays at least until the program next waits for something.
 */
export function inMemory<D extends DType>(tensor: HostTensor<D>): HostTensor<D> {
  const region = storedAt(tensor);
  return region === undefined
    ? tensor
    : (tensorFromBytes(tensor.dtype, tensor.shape, region.read()) as HostTensor<D>);
}

/** The bytes from `start` to `end` of a tensor's data, row-major and little-endian; of a file no more than these are read. */
export function bytesBetween(tensor: HostTensor, start: number, end: number): Uint8Array {
  return storedAt(tensor)?.read(start, end) ?? tensorToBytes(tensor).subarray(start, end);
}
