import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, type HostTensor } from "@incipit/core";
import { conformanceModels } from "../../test/models.js";
import {
  AttributeProto_AttributeType as Type,
  type AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type TensorProtoSchema,
} from "./generated/onnx_pb.js";
import { readModel } from "./read.js";
import { writeModel } from "./write.js";

type Init = MessageInitShape<typeof ModelProtoSchema>;
type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

function model(init: Init): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ version: 18n }], ...init }),
  );
}

/** The tensor that a model's only initializer is read as. */
function readInitializer(
  init: TensorInit,
  options: Parameters<typeof readModel>[1] = {},
): HostTensor | undefined {
  const bytes = model({ graph: { initializer: [{ name: "w", ...init }] } });
  return readModel(bytes, options).initializers.get("w");
}

const failure = (run: () => unknown): FormatError => {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("readModel on broken files", () => {
  const [first] = conformanceModels();
  const { bytes } = first!;

  it("says that a file is empty, or no ONNX model", () => {
    expect(failure(() => readModel(new Uint8Array(0), { name: "a.onnx" })).message).toBe(
      "a.onnx: the file is empty",
    );
    expect(failure(() => readModel(new TextEncoder().encode("<html>"))).message).toMatch(/not an ONNX model/);
    expect(failure(() => readModel(new Uint8Array(100).fill(255))).cause).toBeInstanceOf(Error);
  });

  it("never takes a truncated file for a whole one", () => {
    for (let length = 0; length < bytes.length; length += 97) {
      const error = failure(() => readModel(bytes.subarray(0, length), { name: "cut.onnx" }));
      expect(error.message).toMatch(/^cut\.onnx: /);
      expect(error.details["file"]).toBe("cut.onnx");
    }
  });

  it("fails only with a FormatError, whatever the damage", () => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = new Uint8Array(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        try {
          readModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("refuses more than 2 GB before it reads them", () => {
    const huge = { byteLength: 2 ** 31 } as Uint8Array;
    expect(failure(() => readModel(huge)).message).toMatch(/2 GB.*external data/);
  });

  it("refuses a graph with a cycle", () => {
    const node = [
      { opType: "Neg", input: ["b"], output: ["a"] },
      { opType: "Neg", input: ["a"], output: ["b"] },
    ];
    expect(failure(() => readModel(model({ graph: { node } }))).message).toMatch(/cycle/);
  });
});

describe("readModel on tensors", () => {
  const stored: readonly [string, TensorInit, HostTensor][] = [
    [
      "float_data",
      { dataType: 1, dims: [2n], floatData: [1.5, -2] },
      { dtype: "float32", shape: [2], data: Float32Array.of(1.5, -2) },
    ],
    [
      "double_data",
      { dataType: 11, dims: [1n], doubleData: [0.1] },
      { dtype: "float64", shape: [1], data: Float64Array.of(0.1) },
    ],
    [
      "int64_data",
      { dataType: 7, dims: [], int64Data: [-(2n ** 63n)] },
      { dtype: "int64", shape: [], data: BigInt64Array.of(-(2n ** 63n)) },
    ],
    [
      "uint64_data",
      { dataType: 13, dims: [1n], uint64Data: [2n ** 64n - 1n] },
      { dtype: "uint64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    ],
    [
      "uint64_data",
      { dataType: 12, dims: [1n], uint64Data: [2n ** 32n - 1n] },
      { dtype: "uint32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    ],
    [
      "int32_data",
      { dataType: 6, dims: [1n], int32Data: [-7] },
      { dtype: "int32", shape: [1], data: Int32Array.of(-7) },
    ],
    [
      "int32_data",
      { dataType: 5, dims: [1n], int32Data: [-7] },
      { dtype: "int16", shape: [1], data: Int16Array.of(-7) },
    ],
    [
      "int32_data",
      { dataType: 3, dims: [1n], int32Data: [-7] },
      { dtype: "int8", shape: [1], data: Int8Array.of(-7) },
    ],
    [
      "int32_data",
      { dataType: 2, dims: [1n], int32Data: [200] },
      { dtype: "uint8", shape: [1], data: Uint8Array.of(200) },
    ],
    [
      "int32_data",
      { dataType: 4, dims: [1n], int32Data: [60000] },
      { dtype: "uint16", shape: [1], data: Uint16Array.of(60000) },
    ],
    [
      "int32_data",
      { dataType: 9, dims: [2n], int32Data: [1, 0] },
      { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
    ],
    [
      "int32_data",
      { dataType: 10, dims: [1n], int32Data: [0xbc00] },
      { dtype: "float16", shape: [1], data: Uint16Array.of(0xbc00) },
    ],
    [
      "int32_data",
      { dataType: 16, dims: [1n], int32Data: [0xbf80] },
      { dtype: "bfloat16", shape: [1], data: Uint16Array.of(0xbf80) },
    ],
    [
      "int32_data",
      { dataType: 21, dims: [3n], int32Data: [0x21, 0x0f] },
      { dtype: "uint4", shape: [3], data: Uint8Array.of(0x21, 0x0f) },
    ],
    [
      "raw_data",
      { dataType: 22, dims: [1n, 3n], rawData: Uint8Array.of(0x21, 0x0f) },
      { dtype: "int4", shape: [1, 3], data: Uint8Array.of(0x21, 0x0f) },
    ],
    [
      "raw_data",
      { dataType: 1, dims: [1n], rawData: Uint8Array.of(0, 0, 128, 63) },
      { dtype: "float32", shape: [1], data: Float32Array.of(1) },
    ],
    [
      "nothing",
      { dataType: 1, dims: [0n, 3n] },
      { dtype: "float32", shape: [0, 3], data: new Float32Array(0) },
    ],
  ];

  it.each(stored)("reads %s", (_, init, expected) => {
    expect(readInitializer(init)).toEqual(expected);
  });

  it("reads weights at every alignment", () => {
    for (let shift = 0; shift < 8; shift++) {
      const bytes = model({
        graph: {
          initializer: [
            { name: "w".repeat(shift + 1), dataType: 11, dims: [1n], rawData: new Uint8Array(8).fill(1) },
          ],
        },
      });
      const [tensor] = readModel(bytes).initializers.values();
      expect(new Uint8Array(tensor!.data.buffer, tensor!.data.byteOffset, 8)).toEqual(
        new Uint8Array(8).fill(1),
      );
    }
  });

  it("names the tensor whose data does not fit its shape", () => {
    const raw = { dataType: 1, dims: [2n, 2n], rawData: new Uint8Array(12) };
    expect(failure(() => readInitializer(raw, { name: "m.onnx" })).message).toBe(
      'm.onnx: tensor "w": float32[2,2] takes 16 bytes, the model has 12',
    );
    const typed = { dataType: 1, dims: [2n, 2n], floatData: [1, 2, 3] };
    expect(failure(() => readInitializer(typed)).message).toMatch(
      /"w": float32\[2,2\] has 4 elements, the model has 3/,
    );
    const packed = { dataType: 22, dims: [3n], rawData: new Uint8Array(3) };
    expect(failure(() => readInitializer(packed)).message).toMatch(
      /int4\[3\] takes 2 bytes, the model has 3/,
    );
    expect(failure(() => readInitializer({ dataType: 1, dims: [-1n] })).message).toMatch(/negative/);
  });

  it("names the tensor whose element type is not supported, and the type", () => {
    for (const dataType of [
      TensorProto_DataType.STRING,
      TensorProto_DataType.FLOAT4E2M1,
      TensorProto_DataType.FLOAT8E5M2,
    ]) {
      const name = TensorProto_DataType[dataType].toLowerCase();
      expect(failure(() => readInitializer({ dataType })).message).toMatch(
        `tensor "w": element type ${name}`,
      );
    }
    expect(failure(() => readInitializer({ dataType: 99 })).message).toMatch("element type number 99");
  });

  it("refuses sparse weights", () => {
    const graph = { sparseInitializer: [{ values: { name: "s" } }] };
    expect(failure(() => readModel(model({ graph }))).message).toMatch(/initializer "s" is sparse/);
  });
});

describe("readModel on external data", () => {
  const external = (entries: Readonly<Record<string, string>>): TensorInit => ({
    dataType: 1,
    dims: [2n],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
  const file = new Uint8Array(Float32Array.of(0, 1, 2).buffer);
  const externalData = (location: string, offset: number, length: number) => {
    if (location !== "weights.bin") throw new Error("no such file");
    return file.subarray(offset, offset + length);
  };
  const expected = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) };

  it("reads it, with or without a length", () => {
    const init = { location: "weights.bin", offset: "4" };
    expect(readInitializer(external(init), { externalData })).toEqual(expected);
    expect(readInitializer(external({ ...init, length: "8" }), { externalData })).toEqual(expected);
  });

  it("says what is wrong with it", () => {
    const message = (entries: Readonly<Record<string, string>>, options = { externalData }) =>
      failure(() => readInitializer(external(entries), options)).message;
    expect(message({})).toMatch(/does not say in which file/);
    expect(message({ location: "gone" })).toMatch(/"w".*"gone".*no such file/);
    expect(message({ location: "weights.bin", length: "7" })).toMatch(/takes 8 bytes.*7/);
    expect(message({ location: "weights.bin", offset: "-4" })).toMatch(/from -4/);
    expect(message({ location: "weights.bin", offset: "8" })).toMatch(/takes 8 bytes, the model has 4/);
    expect(failure(() => readInitializer(external({ location: "weights.bin" }))).message).toMatch(
      /pass externalData/,
    );
  });
});

describe("readModel on graphs", () => {
  const constant = (attribute: MessageInitShape<typeof AttributeProtoSchema>) =>
    readModel(
      model({ graph: { node: [{ opType: "Constant", output: ["c"], attribute: [attribute] }] } }),
    ).initializers.get("c");

  it("turns every form of Constant into an initializer", () => {
    const t = { dataType: 1, dims: [1n], floatData: [2] };
    expect(constant({ name: "value", type: Type.TENSOR, t })).toEqual({
      dtype: "float32",
      shape: [1],
      data: Float32Array.of(2),
    });
    expect(constant({ name: "value_float", type: Type.FLOAT, f: 2 })).toEqual({
      dtype: "float32",
      shape: [],
      data: Float32Array.of(2),
    });
    expect(constant({ name: "value_floats", type: Type.FLOATS, floats: [2, 3] })).toEqual({
      dtype: "float32",
      shape: [2],
      data: Float32Array.of(2, 3),
    });
    expect(constant({ name: "value_int", type: Type.INT, i: 2n })).toEqual({
      dtype: "int64",
      shape: [],
      data: BigInt64Array.of(2n),
    });
    expect(constant({ name: "value_ints", type: Type.INTS, ints: [2n] })).toEqual({
      dtype: "int64",
      shape: [1],
      data: BigInt64Array.of(2n),
    });
    expect(
      failure(() => constant({ name: "value_string", type: Type.STRING, s: new Uint8Array(1) })).message,
    ).toMatch(/Constant node "c" holds strings/);
  });

  it("does so in subgraphs too", () => {
    const value = { name: "value_int", type: Type.INT, i: 1n };
    const g = { node: [{ opType: "Constant", output: ["c"], attribute: [value] }], output: [{ name: "c" }] };
    const node = [{ opType: "If", output: ["y"], attribute: [{ name: "then_branch", type: Type.GRAPH, g }] }];
    const branch = readModel(model({ graph: { node } })).nodes[0]!.attributes["then_branch"];
    expect(branch).toMatchObject({ type: "graph", value: { nodes: [], outputs: [{ name: "c" }] } });
  });

  it("takes inputs that have a default value for constants", () => {
    const type = { value: { case: "tensorType" as const, value: { elemType: 1 } } };
    const graph = {
      input: [
        { name: "x", type },
        { name: "w", type },
      ],
      initializer: [{ name: "w", dataType: 1, dims: [1n], floatData: [1] }],
    };
    expect(readModel(model({ graph })).inputs.map(({ name }) => name)).toEqual(["x"]);
  });

  it("puts nodes in topological order", () => {
    const node = [
      { opType: "Neg", input: ["a"], output: ["b"] },
      { opType: "Exp", input: ["x"], output: ["a"] },
    ];
    expect(readModel(model({ graph: { node } })).nodes.map(({ opType }) => opType)).toEqual(["Exp", "Neg"]);
  });

  it("knows the module that a node comes from, where the exporter notes it", () => {
    const scopes = "['', 'model', 'model.embed_tokens', 'mul']";
    const unknown = "['', '_empty_nn_module_stack_from_metadata_hook', 'mul']";
    const noted = (value: string) => [{ key: "pkg.torch.onnx.name_scopes", value }];
    const bytes = model({
      graph: {
        node: [
          { opType: "Neg", input: ["x"], output: ["y"], metadataProps: noted(scopes) },
          { opType: "Neg", input: ["y"], output: ["z"] },
          { opType: "Neg", input: ["z"], output: ["u"], metadataProps: noted(unknown) },
        ],
      },
    });
    expect(readModel(bytes).nodes.map((node) => node.module)).toEqual([
      "model.embed_tokens",
      undefined,
      undefined,
    ]);
  });

  it("knows ONNX's own operators under both names", () => {
    const bytes = model({
      opsetImport: [{ domain: "ai.onnx", version: 17n }],
      graph: { node: [{ opType: "Neg", domain: "ai.onnx" }] },
    });
    const graph = readModel(bytes);
    expect(graph.opsets).toEqual({ "": 17 });
    expect(graph.nodes[0]!.domain).toBe("");
  });

  it("refuses inputs and attributes that are no tensors, by name", () => {
    const sequence = { value: { case: "sequenceType" as const, value: {} } };
    expect(
      failure(() => readModel(model({ graph: { input: [{ name: "s", type: sequence }] } }))).message,
    ).toMatch(/"s" is of type sequenceType/);
    expect(failure(() => readModel(model({ graph: { input: [{ name: "s" }] } }))).message).toMatch(
      /"s" has no type/,
    );
    const attribute = [{ name: "type", type: Type.TYPE_PROTO }];
    const node = [{ name: "n", opType: "Optional", attribute }];
    expect(failure(() => readModel(model({ graph: { node } }))).message).toMatch(
      /Optional node "n", attribute "type": kind type_proto/,
    );
    const binary = [{ name: "t", type: Type.STRING, s: Uint8Array.of(255) }];
    expect(
      failure(() => readModel(model({ graph: { node: [{ opType: "A", attribute: binary }] } }))).message,
    ).toMatch(/not UTF-8/);
  });
});

describe("writeModel", () => {
  it("refuses what a file cannot hold", () => {
    // One gibibyte that is never touched, twice.
    const weight = { dtype: "int8", shape: [2 ** 30], data: new Int8Array(2 ** 30) } as HostTensor;
    const graph = readModel(model({ graph: {} }));
    const initializers = new Map([
      ["a", weight],
      ["b", weight],
    ]);
    expect(() => writeModel({ ...graph, initializers })).toThrow(/2147483648 bytes.*2 GB.*external data/);
  });

  it("names the format version that belongs to the operator set", () => {
    const graph = readModel(model({ graph: {} }));
    const version = (opset: number) => writeModel({ ...graph, opsets: { "": opset } })[1];
    expect([9, 18, 19, 21, 23, 25].map(version)).toEqual([8, 8, 9, 10, 11, 12]);
  });
});
