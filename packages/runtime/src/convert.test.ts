import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, type HostTensor, RuntimeError } from "@incipit/core";
import { DATA_TYPE, GraphBuilder } from "@incipit/onnx";
import { evaluate } from "./index.js";

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

/** The identity function, for one dtype. */
function identity(dtype: DType) {
  const g = new GraphBuilder();
  g.output(g.input("x", dtype), "y", dtype);
  return g.build();
}

describe("tensors going into ONNX Runtime and out again", () => {
  for (const dtype of Object.keys(ARRAYS) as (keyof typeof ARRAYS)[]) {
    it(`keeps every bit of ${dtype}`, async () => {
      const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(shapes, fc.infiniteStream(fc.nat(255)), async (shape, random) => {
          const size = shape.reduce((product, n) => product * n, 1);
          const Data = ARRAYS[dtype];
          const bytes = Uint8Array.from(
            { length: size * Data.BYTES_PER_ELEMENT },
            () => random.next().value as number,
          );
          const x = { dtype, shape, data: new Data(bytes.buffer) } as HostTensor;
          const { y } = await evaluate(identity(dtype), { x });
          expect(y!.dtype).toBe(dtype);
          expect(y!.shape).toEqual(shape);
          expect(y!.data.constructor).toBe(Data);
          expect(new Uint8Array(y!.data.buffer, y!.data.byteOffset, y!.data.byteLength)).toEqual(bytes);
        }),
        { numRuns: 10 },
      );
    });
  }

  it("keeps booleans as zeros and ones", async () => {
    const x: HostTensor = { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) };
    expect(await evaluate(identity("bool"), { x })).toEqual({ y: x });
  });

  it("reads data that starts in the middle of a buffer", async () => {
    const data = Float32Array.of(9, 9, 1, 2).subarray(2);
    const { y } = await evaluate(identity("float32"), { x: { dtype: "float32", shape: [2], data } });
    expect([...y!.data]).toEqual([1, 2]);
  });

  it("refuses data that does not fit its shape", async () => {
    const x: HostTensor = { dtype: "float32", shape: [2, 2], data: Float32Array.of(1) };
    await expect(evaluate(identity("float32"), { x })).rejects.toThrow(
      /^Input "x" is no float32\[2,2\].*size\(4\).*length\(1\)/,
    );
  });

  it("refuses bfloat16, which the runtime cannot take", async () => {
    const g = new GraphBuilder();
    g.output(g.op("Cast", [g.input("x", "bfloat16", [1])], { to: DATA_TYPE.float32 }), "y", "float32", [1]);
    const x: HostTensor = { dtype: "bfloat16", shape: [1], data: Uint16Array.of(0x3f80) };
    await expect(evaluate(g.build(), { x })).rejects.toThrow(RuntimeError);
  });

  it("takes integers of 4 bits as weights, but not as inputs", async () => {
    const quantized = { dtype: "int4", shape: [3], data: Uint8Array.of(0x78, 0x0f) } as const;
    const build = (q: (g: GraphBuilder) => string) => {
      const g = new GraphBuilder();
      const scale = g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(0.5) });
      g.output(g.op("DequantizeLinear", [q(g), scale]), "y", "float32", [3]);
      return { ...g.build(), opsets: { "": 21 } };
    };
    const { y } = await evaluate(
      build((g) => g.initializer(quantized)),
      {},
    );
    expect([...y!.data]).toEqual([-4, 3.5, -0.5]);
    const fed = evaluate(
      build((g) => g.input("x", "int4", [3])),
      { x: quantized },
    );
    await expect(fed).rejects.toThrow(/"x": int4 cannot be fed/);
  });
});
