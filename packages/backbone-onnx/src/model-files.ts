import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";

/** The ONNX files of a model, relative to its folder; what each is for, `ModelGraphs` says. */
export interface ModelFiles {
  readonly encoder?: string | undefined;
  readonly decoder: string;
  readonly decoderWithPast?: string | undefined;
}

/** Where exporters put a model's files. */
const PLACES = ["onnx", "."];

/**
 * The files that make up the model in a folder: a single one, or those of an encoder and a decoder as Optimum names them.
 * A decoder without past is read before a merged one, as training runs it; a merged one reads with past as well.
 * @param suffix how their names end before `.onnx`, such as `_quantized`
 * @throws {ConfigError} when there are none
 */
export async function findModelFiles(folder: string, suffix = ""): Promise<ModelFiles> {
  const files = await onnxFiles(folder);
  for (const place of PLACES) {
    const first = (...names: string[]) =>
      names.map((name) => join(place, `${name}${suffix}.onnx`)).find((file) => files.includes(file));
    const single = first("model");
    if (single !== undefined) return { decoder: single };
    const decoder = first("decoder_model", "decoder_model_merged");
    const decoderWithPast = first("decoder_with_past_model", "decoder_model_merged");
    if (decoder === undefined) continue;
    const encoder = first("encoder_model");
    return { encoder, decoder, decoderWithPast: decoderWithPast === decoder ? undefined : decoderWithPast };
  }
  throw new ConfigError(
    `${folder}: expected a model at onnx/model${suffix}.onnx or model${suffix}.onnx, or an encoder and a decoder at ` +
      `encoder_model${suffix}.onnx and decoder_model${suffix}.onnx; found ${files.join(", ") || "no .onnx file"}.`,
    { details: { folder, files } },
  );
}

async function onnxFiles(folder: string): Promise<string[]> {
  const found = PLACES.map(async (place) => {
    const names = await readdir(join(folder, place)).catch((): string[] => []);
    return names.filter((name) => name.endsWith(".onnx")).map((name) => join(place, name));
  });
  return (await Promise.all(found)).flat();
}
