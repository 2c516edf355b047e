import { FormatError, type NamedTensors, type Parameters } from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { sliceRows, toFloat32 } from "@incipit/tensor";
import { modulePaths } from "../modules.js";
import { type PeftConfig } from "./config.js";

/** PEFT's name of the virtual tokens. */
const promptEmbeddings = "prompt_embeddings";
/** What PEFT puts before the names within the base model. */
const baseModel = "base_model.";

/** Prefix of our parameters → path of a module of the base model. */
type Modules = Readonly<Record<string, string>>;

/** The parameters that PEFT has a place for, by PEFT's names, and all others by ours. */
export function splitParameters(
  parameters: Parameters,
  modules: Modules,
): { readonly peft: Parameters; readonly own: Parameters } {
  const peft: Record<string, Parameters[string]> = {};
  const own: Record<string, Parameters[string]> = {};
  for (const [name, tensor] of Object.entries(parameters)) {
    const peftName = name === PROMPT_EMBEDDINGS ? promptEmbeddings : moduleName(name, modules);
    if (peftName === undefined) own[name] = tensor;
    else peft[peftName] = tensor;
  }
  return { peft, own };
}

function moduleName(name: string, modules: Modules): string | undefined {
  const prefix = Object.keys(modules).find((candidate) => name.startsWith(`${candidate}.`));
  return prefix && `${baseModel}${modules[prefix] ?? ""}${name.slice(prefix.length)}`;
}

/** Which modules of the base model a file's tensors belong to, when nobody wrote it down: they keep their path. */
export function findModules(tensors: NamedTensors, { modulesToSave }: PeftConfig): Modules {
  const names = Object.keys(tensors).filter((name) => name.startsWith(baseModel));
  return modulePaths(
    names.map((name) => name.slice(baseModel.length)),
    modulesToSave,
  );
}

/**
 * The parameters of an adapter_model.safetensors by our names, as float32.
 * @throws {FormatError} when a tensor is neither prompt nor module, or the virtual tokens are missing or of another shape than
 * the config says
 */
export function readParameters(
  tensors: NamedTensors,
  modules: Modules,
  config: PeftConfig,
  file: string,
): Parameters {
  const { [promptEmbeddings]: prompt, ...heads } = tensors;
  if (prompt === undefined) {
    throw new FormatError(
      `${file}: there is no tensor "${promptEmbeddings}". Is this the file of a prompt?`,
      {
        details: { file },
      },
    );
  }
  const headParameters = Object.entries(heads).map(([name, tensor]) => {
    return [parameterName(name, modules, file), toFloat32(tensor)] as const;
  });
  return {
    [PROMPT_EMBEDDINGS]: virtualTokens(toFloat32(prompt), config, file),
    ...Object.fromEntries(headParameters),
  };
}

function parameterName(name: string, modules: Modules, file: string): string {
  for (const [prefix, path] of Object.entries(modules)) {
    if (name.startsWith(`${baseModel}${path}.`)) return prefix + name.slice(baseModel.length + path.length);
  }
  const known = Object.values(modules).join(", ") || "none";
  throw new FormatError(
    `${file}: tensor "${name}" is neither "${promptEmbeddings}" nor part of a module that is saved with the prompt ` +
      `(${known}). Is the adapter of another kind than its config says?`,
    { details: { file, tensor: name } },
  );
}

/** Of an encoder-decoder's two prompts, the encoder's: the other is never read (by PEFT neither). */
function virtualTokens(
  prompt: Parameters[string],
  { virtualTokens: count, width, submodules }: PeftConfig,
  file: string,
): Parameters[string] {
  const [rows, columns] = prompt.shape;
  const expectedRows = submodules === null ? [count, 2 * count] : [count * submodules];
  const fits = rows !== undefined && expectedRows.includes(rows) && (width === null || columns === width);
  if (!fits || prompt.shape.length !== 2) {
    throw new FormatError(
      `${file}: "${promptEmbeddings}" has shape [${prompt.shape.join(", ")}], but adapter_config.json says ` +
        `[${expectedRows.join(" or ")}, ${width ?? "width"}]. The two files do not belong together.`,
      { details: { file, tensor: promptEmbeddings } },
    );
  }
  return sliceRows(prompt, 0, count);
}
