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
 * @throws {ConfigError} when there are none
 */
export async function findModelFiles(folder: string): Promise<ModelFiles> {
  for (const place of PLACES) {
    const names = await readdir(join(folder, place)).catch((): string[] => []);
    const first = (...candidates: string[]) => {
      const name = candidates.find((candidate) => names.includes(candidate));
      return name === undefined ? undefined : join(place, name);
    };
    const single = first("model.onnx");
    if (single !== undefined) return { decoder: single };
    const decoder = first("decoder_model.onnx", "decoder_model_merged.onnx");
    const decoderWithPast = first("decoder_with_past_model.onnx", "decoder_model_merged.onnx");
    if (decoder === undefined) continue;
    const encoder = first("encoder_model.onnx");
    return { encoder, decoder, decoderWithPast: decoderWithPast === decoder ? undefined : decoderWithPast };
  }
  throw new ConfigError(
    `${folder}: expected a model at onnx/model.onnx or model.onnx, or an encoder and a decoder at encoder_model.onnx and ` +
      `decoder_model.onnx, found none.`,
  );
}
