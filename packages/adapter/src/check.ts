import { type BackboneInfo, MismatchError } from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { type Adapter } from "./adapter.js";

/** What of a backbone is compared with an adapter. */
export interface CheckedBackbone extends Pick<BackboneInfo, "name" | "fingerprint"> {
  readonly embeddings: Pick<BackboneInfo["embeddings"], "width">;
  readonly tokenizer: Pick<BackboneInfo["tokenizer"], "fingerprint">;
}

/**
 * Make sure that an adapter belongs to a model. Adapters that PEFT made say nothing of either but the width.
 * @throws {MismatchError} when model, tokenizer or width are others than those it was trained with, naming both
 */
export function checkAdapter(adapter: Adapter, backbone: CheckedBackbone): void {
  const faults = [
    difference("model file", adapter.backbone?.fingerprint, backbone.fingerprint),
    difference("tokenizer", adapter.tokenizer?.fingerprint, backbone.tokenizer.fingerprint),
    widthDifference(adapter, backbone),
  ].filter((fault) => fault !== undefined);
  if (faults.length === 0) return;
  const base = adapter.backbone?.name ?? adapter.peft?.baseModel;
  throw new MismatchError(
    `This adapter ${base === undefined ? "" : `for "${base}" `}does not belong to the model "${backbone.name}": ` +
      `${faults.join("; ")}. Load the model that it was trained on.`,
    { details: { adapter: base, model: backbone.name } },
  );
}

function difference(what: string, expected: string | undefined, actual: string): string | undefined {
  if (expected === undefined || expected === actual) return undefined;
  return `it was trained with ${what} ${short(expected)}, this one is ${short(actual)}`;
}

function widthDifference({ parameters }: Adapter, { embeddings }: CheckedBackbone): string | undefined {
  const width = parameters[PROMPT_EMBEDDINGS]?.shape.at(-1);
  if (width === undefined || width === embeddings.width) return undefined;
  return `its virtual tokens are ${width} wide, the model's embeddings ${embeddings.width}`;
}

/** Enough of a SHA-256 to tell two apart. */
function short(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}
