import type { AdapterDescription, PeftSettings } from "@incipit/adapter";
import { decimal, formatBytes, table } from "../report.js";

/** A vocabulary entry near a virtual token. */
export interface NearWord {
  /** As the vocabulary writes it. */
  readonly token: string;
  readonly id: number;
  /** Cosine of the embeddings. */
  readonly similarity: number;
}

/** All that there is to say of a saved prompt. */
export interface Inspection extends AdapterDescription {
  readonly folder: string;
  readonly bytes: number;
  /** When, in ISO 8601. */
  readonly saved: string;
  readonly trainedValues: number;
  readonly peft?: PeftSettings;
  readonly virtualTokens: number;
  /** For each virtual token, the nearest first; null where the model is not at hand. */
  readonly nearestWords: readonly (readonly NearWord[])[] | null;
}

/** An inspection for people. */
export function formatInspection(inspection: Inspection): string {
  const { folder, bytes, saved, trainedValues, labels, head, modulesToSave } = inspection;
  const facts = {
    size: `${formatBytes(bytes)}, ${trainedValues.toLocaleString("en")} trained values`,
    "virtual tokens": describePrompt(inspection),
    head: head?.type ?? "none",
    ...(modulesToSave && { "of the model": modulesToSave.join(", ") }),
    labels: labels?.join(", ") ?? "not recorded",
    model: describeModel(inspection),
    ...describePrecision(inspection),
    "trained on": describeOrigin(inspection),
    saved,
    ...describeMetrics(inspection),
  };
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [folder, "", ...lines, ...describeNearestWords(inspection)].join("\n");
}

function describePrompt({ virtualTokens, placement }: Inspection): string {
  if (virtualTokens === 0) return "none";
  return placement === "after-first"
    ? `${virtualTokens}, behind the first token`
    : `${virtualTokens}, in front`;
}

function describeModel({ backbone, peft }: Inspection): string {
  if (backbone === undefined) return peft?.baseModel ?? "not recorded";
  return `${backbone.name} (sha256 ${short(backbone.fingerprint)})`;
}

/** Nothing where it was trained on the model as it came. */
function describePrecision({ provenance }: Inspection): { readonly precision?: string } {
  const precision = provenance?.options?.["precision"];
  return typeof precision === "string" ? { precision } : {};
}

function describeOrigin({ provenance }: Inspection): string {
  if (provenance === undefined) return "not recorded";
  const { data = [], seed, versions = {} } = provenance;
  const facts = [
    ...data.map(({ file, sha256 }) => `${file} (sha256 ${short(sha256)})`),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ];
  return facts.join(", ");
}

/** What is shown of them, whatever the task. */
const SHOWN_METRICS = {
  f1: "F1",
  exactMatch: "exact match",
  accuracy: "accuracy",
  macroF1: "macro F1",
  perplexity: "perplexity",
  loss: "loss",
  rmse: "RMSE",
  pearson: "Pearson",
  spearman: "Spearman",
  mrr: "MRR",
};

/** A line for each part of the data that there are metrics of. */
function describeMetrics({ metrics = {} }: Inspection): Readonly<Record<string, string>> {
  const lines = ["training", "validation", "test"].flatMap((part) => {
    const shown = Object.entries(SHOWN_METRICS).flatMap(([metric, name]) => {
      const value = metrics[`${part}.${metric}`];
      return value === undefined ? [] : [`${name} ${decimal(value)}`];
    });
    return shown.length === 0 ? [] : [[part, shown.join(", ")] as const];
  });
  return Object.fromEntries(lines);
}

function describeNearestWords({ nearestWords, virtualTokens }: Inspection): readonly string[] {
  if (virtualTokens === 0) return [];
  if (nearestWords === null)
    return ["", "To see the words that the virtual tokens are near to, give --model."];
  const rows = nearestWords.map((near, i) => [
    String(i + 1).padStart(3),
    ...near.map(({ token, similarity }) => `${token} ${similarity.toFixed(2)}`),
  ]);
  return [
    "",
    "Nearest words of each virtual token, and the cosine of their embeddings:",
    table(rows, { numbers: false }),
  ];
}

/** Enough of a SHA-256 to tell two apart. */
function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
