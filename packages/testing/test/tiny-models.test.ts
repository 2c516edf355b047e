import type { HostTensor } from "@incipit/core";
import { int64 } from "@incipit/onnx";
import { describe, expect, it } from "vitest";
import { evaluateReference, expectClose, tinyEncoder } from "../src/index.js";
import { evaluateOnnxRuntime } from "./onnx-runtime.js";

const matrix = (rows: readonly (readonly number[])[]): HostTensor => ({
  ...int64(rows.flat()),
  shape: [rows.length, rows[0]!.length],
});

const batch = {
  input_ids: matrix([
    [1, 5, 7, 2],
    [3, 4, 0, 0],
  ]),
  attention_mask: matrix([
    [1, 1, 1, 1],
    [1, 1, 0, 0],
  ]),
};

describe("tinyEncoder", () => {
  it("computes the same in the reference evaluator as in ONNX Runtime", async () => {
    const graph = tinyEncoder({ seed: 1, hidden: 12, layers: 2, heads: 3, vocabulary: 9 });
    const expected = await evaluateReference(graph, batch);
    expect(expected["last_hidden_state"]?.shape).toEqual([2, 4, 12]);
    const actual = await evaluateOnnxRuntime(graph, batch);
    expectClose(actual["last_hidden_state"], expected["last_hidden_state"]!, { absolute: 1e-5 });
  });

  it("does not let padding change the states of the tokens", async () => {
    const graph = tinyEncoder();
    const padded = (await evaluateReference(graph, batch))["last_hidden_state"]!;
    const alone = await evaluateReference(graph, {
      input_ids: matrix([[3, 4]]),
      attention_mask: matrix([[1, 1]]),
    });
    const secondRow: HostTensor = {
      dtype: "float32",
      shape: [1, 2, 8],
      data: Float32Array.from(padded.data.slice(32, 48), Number),
    };
    expectClose(secondRow, alone["last_hidden_state"]!);
  });

  it("lets every token see every other", async () => {
    const graph = tinyEncoder();
    const states = async (last: number) => {
      const feeds = { input_ids: matrix([[1, 2, last]]), attention_mask: matrix([[1, 1, 1]]) };
      return (await evaluateReference(graph, feeds))["last_hidden_state"]!.data.slice(0, 8);
    };
    expect(await states(3)).not.toEqual(await states(4));
  });

  it("is the same graph for the same seed and another for another", () => {
    expect(tinyEncoder({ seed: 5 })).toEqual(tinyEncoder({ seed: 5 }));
    expect(tinyEncoder({ seed: 5 })).not.toEqual(tinyEncoder({ seed: 6 }));
  });
});
