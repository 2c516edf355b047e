import { FormatError } from "@incipit/core";
import { z } from "zod";
import { type AdapterDescription } from "./adapter.js";
import { decodeJson, encodeJson } from "./json.js";

/** What `incipit.json` holds: the description, and where the parameters are. */
export interface Sidecar {
  readonly description: AdapterDescription;
  /** Which parameters PEFT's file has as modules of the base model: prefix → path. */
  readonly modules: Readonly<Record<string, string>>;
  /** Names of the parameters in `incipit.safetensors`. */
  readonly parameters: readonly string[];
}

const format = "incipit-adapter";
const version = 1;

const moduleConfig = z.object({ type: z.string() }).catchall(z.json());

const description = z.object({
  labels: z.array(z.string()).exactOptional(),
  template: z.string().exactOptional(),
  prompt: moduleConfig.exactOptional(),
  placement: z.enum(["front", "after-first"]).exactOptional(),
  head: moduleConfig.exactOptional(),
  modulesToSave: z.array(z.string()).exactOptional(),
  backbone: z.object({ name: z.string(), fingerprint: z.string() }).exactOptional(),
  tokenizer: z.object({ fingerprint: z.string() }).exactOptional(),
  /** JSON has null for NaN. */
  metrics: z
    .record(
      z.string(),
      z
        .number()
        .nullable()
        .transform((value) => value ?? NaN),
    )
    .exactOptional(),
  provenance: z
    .object({
      data: z.array(z.object({ file: z.string(), sha256: z.string() })).exactOptional(),
      seed: z.number().exactOptional(),
      options: z.record(z.string(), z.json()).exactOptional(),
      versions: z.record(z.string(), z.string()).exactOptional(),
      created: z.string().exactOptional(),
    })
    .exactOptional(),
}) satisfies z.ZodType<AdapterDescription>;

const schema = z.object({
  description,
  modules: z.record(z.string(), z.string()),
  parameters: z.array(z.string()),
});

/** `incipit.json`. */
export function encodeSidecar(sidecar: Sidecar): Uint8Array {
  return encodeJson({ format, version, ...sidecar });
}

/**
 * @param file what the bytes are called in messages
 * @throws {FormatError} when they are no incipit.json, or one of a later version
 */
export function decodeSidecar(bytes: Uint8Array, file: string): Sidecar {
  const header = decodeJson(bytes, z.object({ format: z.literal(format), version: z.number() }), file);
  if (header.version !== version) {
    throw new FormatError(
      `${file}: this is version ${header.version} of the format, this program reads version ${version}. Update Incipit.`,
      { details: { file, version: header.version } },
    );
  }
  return decodeJson(bytes, schema, file);
}
