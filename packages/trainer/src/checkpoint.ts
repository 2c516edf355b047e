import { FormatError, type HostTensor, type NamedTensors, type Parameters } from "@incipit/core";
import { readSafetensors, writeSafetensors } from "@incipit/safetensors";
import { z } from "zod";
import { type TrainingState } from "./state.js";

/** Where the checkpoint of a run is kept: a file, a database row… */
export interface CheckpointStore {
  /** For events and messages, e.g. the file's path. */
  readonly location: string;
  /** The last saved checkpoint, if any. */
  load(): Promise<Uint8Array | undefined>;
  /** Replace the checkpoint as a whole: afterwards, whatever happens, `load` gives either the old one or the new one. */
  save(checkpoint: Uint8Array): Promise<void>;
}

/** What the metadata calls this layout; another one gets another name. */
const format = "incipit-checkpoint-1";

/** Numbers as text: JSON has neither NaN nor infinity, and metrics may be either. */
const metrics = z.record(z.string(), z.string().transform(Number));
const evaluated = z.object({ step: z.number(), metrics });
const progress = z.object({
  step: z.int().nonnegative(),
  evaluated: evaluated.optional(),
  best: evaluated.optional(),
  sinceBest: z.int().nonnegative(),
  warnedOfOneClass: z.boolean(),
  identity: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).optional()),
});

/** A training state as a safetensors file: tensors by role, everything else as JSON in the metadata. */
export function encodeCheckpoint(state: TrainingState): Uint8Array {
  const { parameters, optimizer, best, evaluated: latest, ...rest } = state;
  const text: z.input<typeof progress> = {
    ...rest,
    evaluated: latest && { step: latest.step, metrics: numbersAsText(latest.metrics) },
    best: best && { step: best.step, metrics: numbersAsText(best.metrics) },
  };
  const tensors = {
    ...withPrefix("parameters/", parameters),
    ...withPrefix("optimizer/", optimizer),
    ...withPrefix("best/", best?.parameters ?? {}),
  };
  return writeSafetensors(tensors, { format, progress: JSON.stringify(text) });
}

/**
 * @param location where the bytes are from, for messages
 * @throws {FormatError} when the bytes are not what `encodeCheckpoint` writes
 */
export function decodeCheckpoint(bytes: Uint8Array, location: string): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes, location);
  const { best, evaluated: latest, ...rest } = parseProgress(metadata, location);
  return {
    ...rest,
    parameters: withoutPrefix("parameters/", tensors, location),
    optimizer: withoutPrefix("optimizer/", tensors, location),
    evaluated: latest,
    best: best && { ...best, parameters: withoutPrefix("best/", tensors, location) },
  };
}

function parseProgress(
  metadata: Readonly<Record<string, string>>,
  location: string,
): z.output<typeof progress> {
  try {
    z.literal(format).parse(metadata["format"]);
    return progress.parse(JSON.parse(metadata["progress"] ?? ""));
  } catch (cause) {
    throw new FormatError(
      `${location}: this is no training checkpoint of this version of Incipit. Start anew without resume.`,
      { cause, details: { file: location } },
    );
  }
}

function numbersAsText(values: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function withPrefix(prefix: string, tensors: Parameters): Parameters {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}

function withoutPrefix(prefix: string, tensors: NamedTensors, location: string): Parameters {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    entries.map(([name, tensor]) => [name.slice(prefix.length), assertFloat32(name, tensor, location)]),
  );
}

function assertFloat32(name: string, tensor: HostTensor, location: string): HostTensor<"float32"> {
  if (tensor.dtype !== "float32") {
    throw new FormatError(`${location}: tensor "${name}" is ${tensor.dtype}, expected float32.`, {
      details: { file: location, tensor: name },
    });
  }
  return tensor;
}
