import { ConfigError } from "@incipit/core";

/** How a file's name ends for each dtype: `onnx/model_quantized.onnx` has its weights in q8. */
const SUFFIXES = {
  fp32: "",
  fp16: "_fp16",
  q8: "_quantized",
  int8: "_int8",
  uint8: "_uint8",
  q4: "_q4",
  q4f16: "_q4f16",
  bnb4: "_bnb4",
  q2: "_q2",
  q2f16: "_q2f16",
  q1: "_q1",
  q1f16: "_q1f16",
} as const;

/** What a model's weights are stored in, as transformers.js calls it. */
export type Dtype = keyof typeof SUFFIXES;

/** All dtypes that a model may come in. */
export const dtypes: readonly Dtype[] = Object.keys(SUFFIXES).filter(isDtype);

/**
 * The dtype to load: the one asked for, or else the one that the model's `transformers.js_config` names, or else fp32.
 * @throws {ConfigError} when there is no such dtype
 */
export function chooseDtype(config: object, wanted: Dtype | undefined): Dtype {
  const usual = (config as { readonly "transformers.js_config"?: { readonly dtype?: unknown } })[
    "transformers.js_config"
  ]?.dtype;
  const dtype: string = wanted ?? (typeof usual === "string" && usual !== "auto" ? usual : "fp32");
  if (!isDtype(dtype)) throw new ConfigError(`Unknown dtype "${dtype}"; expected ${dtypes.join(", ")}.`);
  return dtype;
}

/** What stands before `.onnx` in the names of a model's files. */
export function fileSuffix(dtype: Dtype): string {
  return SUFFIXES[dtype];
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(SUFFIXES, name);
}
