import { ConfigError, FormatError, type Parameters } from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { readSafetensors, writeSafetensors } from "@incipit/safetensors";
import { toFloat32 } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { decodeConfig, encodeConfig } from "./peft/config.js";
import { headModules, type PeftSettings } from "./peft/settings.js";
import { findModules, readParameters, splitParameters } from "./peft/tensors.js";
import { decodeSidecar, encodeSidecar, type Sidecar } from "./sidecar.js";

/** The files that an adapter may consist of: PEFT's, and ours beside them. */
export const fileNames = {
  config: "adapter_config.json",
  tensors: "adapter_model.safetensors",
  pickle: "adapter_model.bin",
  sidecar: "incipit.json",
  ownTensors: "incipit.safetensors",
} as const;

/** The contents of a folder, by file name. */
export type Files = Readonly<Record<string, Uint8Array>>;

/**
 * An adapter as the files of PEFT's folder format. Equal adapters give equal bytes.
 *
 * Parameters that PEFT has no place for, and the description, go into `incipit.safetensors` and `incipit.json`, which PEFT ignores.
 * Without `prompt.embeddings` there is nothing to tell PEFT, and these two are all.
 * @throws {ConfigError} when the task type needs a head that `peft.modules` does not name
 */
export function encodeAdapter(adapter: Adapter): Files {
  const { parameters, peft = { taskType: "FEATURE_EXTRACTION" }, ...description } = adapter;
  const prompt = parameters[PROMPT_EMBEDDINGS];
  if (prompt === undefined) {
    return ownFiles({ description, modules: {}, parameters: Object.keys(parameters) }, parameters);
  }
  const modules = peft.modules ?? {};
  checkHead(peft);
  const split = splitParameters(parameters, modules);
  return {
    [fileNames.config]: encodeConfig(peft, matrixShape(prompt)),
    [fileNames.tensors]: writeSafetensors(split.peft, { format: "pt" }),
    ...ownFiles({ description, modules, parameters: Object.keys(split.own) }, split.own),
  };
}

function ownFiles(sidecar: Sidecar, parameters: Parameters): Files {
  const names = sidecar.parameters.toSorted();
  const tensors = names.length === 0 ? {} : { [fileNames.ownTensors]: writeSafetensors(parameters) };
  return { [fileNames.sidecar]: encodeSidecar({ ...sidecar, parameters: names }), ...tensors };
}

function matrixShape({ shape }: Parameters[string]): readonly [number, number] {
  const [rows, columns, ...rest] = shape;
  if (rows === undefined || columns === undefined || rest.length > 0) {
    throw new ConfigError(
      `PEFT's prompts are [virtual tokens, width], "${PROMPT_EMBEDDINGS}" has shape [${shape.join(", ")}].`,
    );
  }
  return [rows, columns];
}

function checkHead({ taskType, modules = {} }: PeftSettings): void {
  const expected = headModules(taskType);
  const saved = Object.values(modules);
  if (expected.length > 0 && !saved.some((path) => expected.some((name) => path.endsWith(name)))) {
    throw new ConfigError(
      `PEFT loads a ${taskType} adapter only with the model's head (${expected.join(" or ")}). Say in peft.modules which ` +
        `parameters that is, as { head: "${expected[0] ?? ""}" }, or use the task type FEATURE_EXTRACTION.`,
    );
  }
}

/**
 * The adapter in the files of a folder, made by us or by PEFT.
 * @param folder what the folder is called in messages
 * @throws {ConfigError} when the folder holds no adapter, or one of a kind that is not supported
 * @throws {FormatError} when a file is broken or the files do not belong together
 */
export function decodeAdapter(files: Files, folder = "adapter"): Adapter {
  const name = (file: string) => `${folder}/${file}`;
  const sidecarBytes = files[fileNames.sidecar];
  const configBytes = files[fileNames.config];
  if (!sidecarBytes && !configBytes) {
    throw new ConfigError(
      `${folder} holds no adapter: it has neither ${fileNames.config} nor ${fileNames.sidecar}. Name the folder that does.`,
      { details: { folder } },
    );
  }
  const sidecar = sidecarBytes && decodeSidecar(sidecarBytes, name(fileNames.sidecar));
  const own = sidecar ? ownParameters(sidecar, files, name(fileNames.ownTensors)) : {};
  if (!configBytes) return { parameters: own, ...sidecar?.description };

  const config = decodeConfig(configBytes, name(fileNames.config));
  const file = name(fileNames.tensors);
  const { tensors } = readSafetensors(peftTensors(files, folder), file);
  const modules = sidecar?.modules ?? findModules(tensors, config);
  const hasModules = Object.keys(modules).length > 0;
  return {
    parameters: { ...readParameters(tensors, modules, config, file), ...own },
    peft: { ...config.settings, ...(hasModules ? { modules } : {}) },
    ...(hasModules && !sidecar ? { modulesToSave: Object.keys(modules) } : {}),
    ...sidecar?.description,
  };
}

function peftTensors(files: Files, folder: string): Uint8Array {
  const bytes = files[fileNames.tensors];
  if (bytes) return bytes;
  if (files[fileNames.pickle]) {
    throw new ConfigError(
      `${folder} has its tensors in ${fileNames.pickle}, a Python pickle: reading it would run whatever code is in it. ` +
        "Save the adapter again with PEFT's safe_serialization=True.",
      { details: { folder } },
    );
  }
  throw new FormatError(`${folder}: ${fileNames.tensors} is missing. Save or download the adapter again.`, {
    details: { folder },
  });
}

function ownParameters(sidecar: Sidecar, files: Files, file: string): Parameters {
  if (sidecar.parameters.length === 0) return {};
  const bytes = files[fileNames.ownTensors];
  if (!bytes)
    throw new FormatError(`${file} is missing. Save or download the adapter again.`, { details: { file } });
  const { tensors } = readSafetensors(bytes, file);
  const entries = sidecar.parameters.map((name) => {
    const tensor = tensors[name];
    if (!tensor) {
      throw new FormatError(
        `${file}: there is no tensor "${name}", which ${fileNames.sidecar} names. Save the adapter again.`,
        {
          details: { file, tensor: name },
        },
      );
    }
    return [name, toFloat32(tensor)] as const;
  });
  return Object.fromEntries(entries);
}
