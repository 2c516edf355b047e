import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findModelFiles } from "./model-files.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-files-"));
  await mkdir(join(folder, "onnx"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("findModelFiles", () => {
  it.each([
    ["a single one", ["onnx/model.onnx"], "", { decoder: "onnx/model.onnx" }],
    ["one beside the configuration", ["model.onnx"], "", { decoder: "model.onnx" }],
    [
      "the one of a suffix",
      ["onnx/model.onnx", "onnx/model_q4.onnx"],
      "_q4",
      { decoder: "onnx/model_q4.onnx" },
    ],
    [
      "an encoder and a merged decoder of a suffix",
      ["onnx/encoder_model.onnx", "onnx/encoder_model_fp16.onnx", "onnx/decoder_model_merged_fp16.onnx"],
      "_fp16",
      { encoder: "onnx/encoder_model_fp16.onnx", decoder: "onnx/decoder_model_merged_fp16.onnx" },
    ],
    [
      "an encoder and two decoders",
      ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"],
      "",
      {
        encoder: "encoder_model.onnx",
        decoder: "decoder_model.onnx",
        decoderWithPast: "decoder_with_past_model.onnx",
      },
    ],
  ])("finds %s", async (_, files, suffix, expected) => {
    await Promise.all(files.map((file) => writeFile(join(folder, file), "")));
    expect(await findModelFiles(folder, suffix)).toEqual(expected);
  });

  it("says what it looked for, and what there is", async () => {
    await writeFile(join(folder, "onnx/model_q4.onnx"), "");
    const search = findModelFiles(folder, "_int8");
    await expect(search).rejects.toThrow(ConfigError);
    await expect(search).rejects.toThrow(/model_int8\.onnx.*found onnx\/model_q4\.onnx\./);
    await expect(findModelFiles(join(folder, "onnx/none"))).rejects.toThrow("found no .onnx file");
  });
});
