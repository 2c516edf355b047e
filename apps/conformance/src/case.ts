import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "@incipit/core";
import { z } from "zod";

const nested: z.ZodType<NestedNumbers> = z.lazy(() => z.array(z.union([z.number(), nested])));

/** Numbers in arrays in arrays: a tensor as JSON writes it. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

const caseSchema = z.object({
  name: z.string(),
  architecture: z.string(),
  task: z.string(),
  exporter: z.string(),
  opset: z.number(),
  graphs: z.array(
    z.object({
      role: z.string(),
      file: z.string(),
      inputs: z.array(z.object({ name: z.string(), type: z.string() })),
    }),
  ),
  numVirtualTokens: z.number().int().positive(),
  promptShape: z.tuple([z.number(), z.number()]),
  placeholderId: z.number().int().optional(),
  promptInit: z.array(z.array(z.number())),
  inputs: z.record(z.string(), nested),
  optimizer: z.object({
    lr: z.number(),
    betas: z.tuple([z.number(), z.number()]),
    eps: z.number(),
    weightDecay: z.number(),
    steps: z.number().int(),
  }),
  expected: z.object({
    loss: z.number(),
    gradPrompt: z.array(z.array(z.number())),
    lossTrace: z.array(z.number()),
    lossAfter: z.number(),
  }),
  opTypes: z.record(z.string(), z.number()),
});

/** A tiny frozen model, a batch, a prompt, and what PyTorch computed for them. */
export type Case = z.infer<typeof caseSchema>;

/** @throws {FormatError} when `case.json` is missing or not of the format */
export async function readCase(folder: string): Promise<Case> {
  const path = join(folder, "case.json");
  try {
    return caseSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new FormatError(`${path}: not a conformance case: ${String(cause)}`, { cause });
  }
}
