import { readFileSync } from "node:fs";
import { ConfigError, FormatError, ShapeError, type HostTensor, type NamedTensors } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dtypes, formats, sizeOf } from "./dtypes.js";
import { readSafetensors } from "./read.js";
import { writeSafetensors } from "./write.js";

const fixture = readFileSync(new URL("../test-data/every-dtype.safetensors", import.meta.url));

const anyTensor: fc.Arbitrary<HostTensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
    seed: fc.nat(255),
  })
  .map(({ dtype, shape, seed }) => {
    const bytes = Uint8Array.from(
      { length: sizeOf(shape) * formats[dtype].size },
      (_, i) => (i * 37 + seed) % 64,
    );
    return { dtype, shape, data: formats[dtype].array(bytes.buffer) } as HostTensor;
  });
const anyName = fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__");
const anyTensors: fc.Arbitrary<NamedTensors> = fc
  .uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));
const anyMetadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });

/** A file of this header and this much data. */
function file(header: string, dataSize = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataSize);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function entry(shape: number[], begin: number, end: number, dtype = "F32"): string {
  return JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
}

describe("the reference implementation's file", () => {
  it("is read, every dtype of it", () => {
    const { tensors, metadata } = readSafetensors(fixture);
    expect(metadata).toEqual({ format: "pt" });
    expect(tensors["Z"]).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(2.5) });
    expect(tensors['é"\\\n']).toMatchObject({ dtype: "float32", shape: [0, 4] });
    for (const dtype of dtypes) {
      const tensor = tensors[`a ${dtype}`]!;
      expect(tensor).toMatchObject({ dtype, shape: [1, 3] });
      const one = { float16: 0x3c00, bfloat16: 0x3f80 }[dtype as string] ?? 1;
      expect(Array.from(tensor.data, Number)).toEqual([0, one, one]);
    }
  });

  it("is written again byte for byte", () => {
    const { tensors, metadata } = readSafetensors(fixture);
    expect(Buffer.from(writeSafetensors(tensors, metadata)).equals(fixture)).toBe(true);
  });
});

describe("writing and reading", () => {
  it("gives the same tensors and metadata", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        expect(readSafetensors(writeSafetensors(tensors, metadata))).toEqual({ tensors, metadata });
      }),
    );
  });

  it("gives the same bytes whatever the order of the names", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const reversed = <T>(record: Readonly<Record<string, T>>) =>
          Object.fromEntries(Object.entries(record).reverse());
        expect(writeSafetensors(reversed(tensors), reversed(metadata))).toEqual(
          writeSafetensors(tensors, metadata),
        );
      }),
    );
  });

  it("copies the data, so that neither side sees the other's changes", () => {
    const data = Float32Array.of(1, 2);
    const bytes = Buffer.from(writeSafetensors({ x: { dtype: "float32", shape: [2], data } }));
    const { x } = readSafetensors(bytes).tensors;
    bytes.fill(0);
    expect(x?.data).toEqual(data);
    expect(x?.data.buffer.byteLength).toBe(8);
  });

  it("gives views of the bytes where they are asked for, whatever is aligned", () => {
    fc.assert(
      fc.property(anyTensors, fc.nat(16), (tensors, offset) => {
        const written = writeSafetensors(tensors);
        const bytes = new Uint8Array(new ArrayBuffer(offset + written.length), offset);
        bytes.set(written);
        const read = readSafetensors(bytes, { copy: false }).tensors;
        expect(read).toEqual(tensors);
        const aligned = Object.values(read).filter(({ data }) => offset % data.BYTES_PER_ELEMENT === 0);
        for (const { data } of aligned) expect(data.buffer).toBe(bytes.buffer);
      }),
    );
  });

  it("reads a file whose data is not aligned", () => {
    const bytes = new Uint8Array([...file(`{"x":${entry([1], 0, 4)}} `, 0), 0, 0, 0x80, 0x3f]);
    expect(readSafetensors(bytes).tensors["x"]?.data).toEqual(Float32Array.of(1));
  });

  it("refuses a tensor whose data does not fill its shape", () => {
    const x: HostTensor = { dtype: "float32", shape: [2, 2], data: new Float32Array(3) };
    expect(() => writeSafetensors({ x })).toThrow(ShapeError);
  });

  it("refuses integers of which two share a byte", () => {
    const x: HostTensor = { dtype: "int4", shape: [3], data: new Uint8Array(2) };
    expect(() => writeSafetensors({ x })).toThrow(/"x", which is int4/);
  });

  it("refuses the one name that the format keeps for itself", () => {
    const tensor: HostTensor = { dtype: "float32", shape: [1], data: new Float32Array(1) };
    expect(() => writeSafetensors({ __metadata__: tensor })).toThrow(ConfigError);
  });
});

describe("a file that lies", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["is too short for a length", new Uint8Array(7), /at least 8 bytes, got 7/],
    ["announces more header than there is", file("{}").fill(9, 0, 1), /a header of 9 bytes in a file of 10/],
    ["announces an absurd header", file("{}").fill(255, 0, 8), /18446744073709551615 bytes/],
    ["has a header that is not JSON", file("{'x'}"), /not JSON/],
    ["has a header that is not UTF-8", file("{}").fill(0xff, 8, 9), /not JSON/],
    ["has a header that is not an object", file("[]"), /not a JSON object/],
    ["names a tensor twice", file(`{"x":${entry([1], 0, 4)},"x":${entry([1], 0, 4)}}`, 4), /"x" twice/],
    ["describes a tensor by a number", file('{"x":3}'), /tensor "x" is not described/],
    [
      "has an unknown dtype",
      file(`{"x":${entry([1], 0, 1, "F8_E4M3")}}`, 1),
      /tensor "x" has dtype "F8_E4M3"/,
    ],
    ["has a negative dimension", file(`{"x":${entry([-1, -1], 0, 4)}}`, 4), /tensor "x" has shape \[-1,-1\]/],
    ["has no shape", file('{"x":{"dtype":"F32","data_offsets":[0,4]}}', 4), /tensor "x" has shape undefined/],
    ["has one offset", file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', 4), /data_offsets \[0\]/],
    ["has a size that is not its shape's", file(`{"x":${entry([2], 0, 4)}}`, 4), /needs 8 bytes.* span 4/],
    ["has a shape beyond all memory", file(`{"x":${entry([2 ** 40, 2 ** 40], 0, 4)}}`, 4), /needs .* bytes/],
    ["has offsets that run backwards", file(`{"x":${entry([1], 4, 0)}}`, 4), /span -4/],
    ["has offsets outside the file", file(`{"x":${entry([2], 0, 8)}}`, 4), /ends at byte 8 of 4 bytes/],
    [
      "has tensors that overlap",
      file(`{"x":${entry([2], 0, 8)},"y":${entry([1], 4, 8)}}`, 8),
      /"y".* overlaps/,
    ],
    ["has a hole", file(`{"x":${entry([1], 0, 4)},"y":${entry([1], 8, 12)}}`, 12), /"y".* leaves a hole/],
    ["has bytes left over", file(`{"x":${entry([1], 0, 4)}}`, 6), /2 bytes at the end/],
    ["has metadata that are not strings", file('{"__metadata__":{"a":1}}'), /__metadata__/],
  ])("is refused when it %s", (_, bytes, message) => {
    const read = () => readSafetensors(bytes, "model.safetensors");
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^model\.safetensors: /);
  });

  it("is read or refused, never anything else, wherever its bytes are changed or cut", () => {
    const valid = writeSafetensors({
      a: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      b: { dtype: "int64", shape: [3], data: BigInt64Array.of(1n, 2n, 3n) },
    });
    const anyChange = fc.record({ at: fc.nat(valid.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.array(anyChange, { minLength: 1, maxLength: 4 }),
        fc.nat(valid.length),
        (changes, length) => {
          const bytes = valid.slice(0, length);
          for (const { at, byte } of changes) bytes[at] = byte;
          try {
            for (const tensor of Object.values(readSafetensors(bytes).tensors)) {
              expect(tensor.data.length).toBe(sizeOf(tensor.shape));
            }
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
