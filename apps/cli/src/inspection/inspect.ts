import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Adapter, checkAdapter } from "@incipit/adapter";
import { loadAdapter } from "@incipit/adapter/node";
import type { Backbone } from "@incipit/core";
import { nearestTokens, type NearToken, PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { type BackboneChoice, openBackbone } from "../backbone.js";
import type { InspectCommandOptions } from "../commands/inspect.js";
import { folderSize } from "../folder-size.js";
import { asTrained, trainedWith } from "../prediction/open.js";
import { formatInspection, type Inspection, type NearWord } from "./format.js";

/** `incipit inspect` */
export async function runInspection(
  folder: string,
  { json, ...choice }: InspectCommandOptions,
): Promise<void> {
  const adapter = await loadAdapter(folder);
  const { parameters, ...description } = adapter;
  const inspection: Inspection = {
    folder,
    bytes: await folderSize(folder),
    saved: await savedAt(folder),
    trainedValues: trainedValues(adapter),
    ...description,
    virtualTokens: parameters[PROMPT_EMBEDDINGS]?.shape[0] ?? 0,
    nearestWords: await nearestWords(adapter, choice),
  };
  console.log(json ? JSON.stringify(inspection, null, 2) : formatInspection(inspection));
}

/** The files say nothing of the time, so that equal training gives equal bytes; the file system does. */
async function savedAt(folder: string): Promise<string> {
  const sidecar = await stat(join(folder, "incipit.json")).catch(() => stat(folder));
  return sidecar.mtime.toISOString();
}

/** Number of values that were trained; of adapters that do not say, of all there are. */
function trainedValues(adapter: Adapter): number {
  const trained = trainedWith(adapter, "trained");
  return Object.entries(adapter.parameters)
    .filter(([name]) => !Array.isArray(trained) || trained.includes(name))
    .reduce((sum, [, { data }]) => sum + data.length, 0);
}

/** Nothing where there are no virtual tokens, or the model is another than the embedded one and not given. */
async function nearestWords(
  adapter: Adapter,
  choice: BackboneChoice,
): Promise<readonly (readonly NearWord[])[] | null> {
  const prompt = adapter.parameters[PROMPT_EMBEDDINGS];
  if (prompt === undefined) return null;
  const backbone = await openBackbone(asTrained(adapter, choice));
  try {
    if (choice.model === undefined && adapter.backbone?.fingerprint !== backbone.fingerprint) return null;
    checkAdapter(adapter, backbone);
    return nearestTokens(prompt, backbone.embeddings).map((near) =>
      near.map((token) => toWord(backbone, token)),
    );
  } finally {
    await backbone.dispose();
  }
}

/** Tables are often longer than their vocabulary: the rows beyond it have a number only. */
function toWord({ tokenizer }: Backbone, near: NearToken): NearWord {
  const token = near.id < tokenizer.vocabularySize ? tokenizer.token(near.id) : `#${near.id}`;
  return { token, ...near };
}
