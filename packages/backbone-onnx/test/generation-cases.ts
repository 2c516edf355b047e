import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backbone, GenerationStep, Parameters } from "@incipit/core";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { tensor } from "@incipit/tensor";
import { loadModelFolder } from "../src/node.js";

const DATA = fileURLToPath(new URL("../../testing/test-data", import.meta.url));

/** What transformers generates with the prompt in front; made by `make_generation.py`. */
export interface Expected {
  readonly newTokens: number;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly greedy: readonly number[];
    /** The first logits that the last token was chosen by. */
    readonly lastLogits: readonly number[];
  }[];
  readonly beamEndIds: readonly number[];
  readonly beams: readonly {
    /** By the names of transformers. */
    readonly options: {
      readonly num_beams: number;
      readonly length_penalty?: number;
      readonly early_stopping?: boolean | "never";
      readonly repetition_penalty?: number;
    };
    /** For each of the texts. */
    readonly results: readonly { readonly ids: readonly number[]; readonly score: number }[];
  }[];
}

/** A model that generates, with the prompt of its case. */
export interface GenerationCase {
  readonly backbone: Backbone;
  readonly step: GenerationStep;
  readonly parameters: Parameters;
  readonly expected: Expected;
}

/** The folders of the conformance cases, and one that the generation cases have of their own. */
export function folderOf(name: string): string {
  return join(DATA, name === "t5-seq2seq-past" ? "generation" : "conformance", name);
}

async function json<T>(...path: readonly string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), "utf8")) as T;
}

/** @param folder of the model, where it is another than the case's own */
export async function openCase(name: string, folder = folderOf(name)): Promise<GenerationCase> {
  const expected = await json<Expected & { promptInit?: number[][] }>(DATA, "generation", `${name}.json`);
  const { promptInit } =
    expected.promptInit === undefined
      ? await json<{ promptInit: number[][] }>(folder, "case.json")
      : { promptInit: expected.promptInit };
  const shape = [promptInit.length, promptInit[0]!.length];
  const backbone = await loadModelFolder(folder);
  const step = await backbone.generation!({
    prompt: softPrompt({ virtualTokens: promptInit.length, placement: "front" }),
  });
  return {
    backbone,
    step,
    parameters: { [PROMPT_EMBEDDINGS]: tensor("float32", shape, promptInit.flat()) },
    expected,
  };
}

/** Does something with a copy of the case's folder that has only these of its ONNX files. */
export async function withFiles<R>(
  name: string,
  files: readonly string[],
  use: (folder: string) => Promise<R>,
): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), "incipit-"));
  try {
    for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
      await cp(join(folderOf(name), file), join(folder, file));
    }
    await mkdir(join(folder, "onnx"));
    for (const file of files) {
      await cp(join(folderOf(name), "onnx", `${file}.onnx`), join(folder, "onnx", `${file}.onnx`));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
