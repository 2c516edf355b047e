import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "@incipit/core";
import { z } from "zod";

const nested: z.ZodType<NestedNumbers> = z.lazy(() => z.array(z.union([z.number(), nested])));

/** Numbers in arrays in arrays: a tensor as JSON writes it. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

const batchSchema = z.object({
  inputs: z.record(z.string(), nested),
  expected: z.object({
    loss: z.number(),
    gradPrompt: z.array(z.array(z.number())),
    lossTrace: z.array(z.number()),
    lossAfter: z.number(),
  }),
});

const caseSchema = z.object({
  ...batchSchema.shape,
  name: z.string(),
  architecture: z.string(),
  task: z.string(),
  exporter: z.string(),
  opset: z.number(),
  /** How attention was exported, in models that have a choice. */
  attention: z.string().nullish(),
  graphs: z.array(
    z.object({
      role: z.string(),
      file: z.string(),
      inputs: z.array(z.object({ name: z.string(), type: z.string() })),
    }),
  ),
  numVirtualTokens: z.number().int().positive(),
  promptShape: z.tuple([z.number(), z.number()]),
  /** None where the model takes no token ids. */
  placeholderId: z.number().int().nullish(),
  promptInit: z.array(z.array(z.number())),
  loss: z.object({ kind: z.string(), of: z.string().optional(), shift: z.boolean().optional() }),
  optimizer: z.object({
    lr: z.number(),
    betas: z.tuple([z.number(), z.number()]),
    eps: z.number(),
    weightDecay: z.number(),
    steps: z.number().int(),
  }),
  /** Further batches for the same model and prompt. */
  variants: z.array(batchSchema).default([]),
  opTypes: z.record(z.string(), z.number()),
});

/** A tiny frozen model, a batch, a prompt, and what PyTorch computed for them. */
export type Case = z.infer<typeof caseSchema>;

/** A batch, and what PyTorch computed for it. */
export type CaseBatch = z.infer<typeof batchSchema>;

/** The shape of a tensor that JSON writes as arrays in arrays. */
export function shapeOf(values: NestedNumbers): number[] {
  const [first] = values;
  return [values.length, ...(typeof first === "object" ? shapeOf(first) : [])];
}

/** A tensor's numbers in row-major order. */
export function flatten(values: NestedNumbers): number[] {
  return values.flatMap((value) => (typeof value === "number" ? [value] : flatten(value)));
}

/** @throws {FormatError} when `case.json` is missing or not of the format */
export async function readCase(folder: string): Promise<Case> {
  const path = join(folder, "case.json");
  try {
    return caseSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new FormatError(`${path}: not a conformance case: ${String(cause)}`, { cause });
  }
}
