import type { Adapter } from "@incipit/adapter";
import type { DelimitedOptions } from "@incipit/data";
import type { EvalCommandOptions } from "../commands/eval.js";
import { trainedWith } from "./open.js";

/** The columns are those of training unless others are named. */
export function readOptions(
  adapter: Adapter,
  options: EvalCommandOptions,
): DelimitedOptions & {
  readonly textColumn: string;
  readonly targetColumn: string;
  readonly scoreColumn?: string;
} {
  const column = (name: "textColumn" | "labelColumn" | "pairColumn" | "targetColumn" | "scoreColumn") => {
    const chosen = options[name] ?? trainedWith(adapter, name);
    return typeof chosen === "string" ? { [name]: chosen } : {};
  };
  return {
    quotes: options.quotes && trainedWith(adapter, "quotes") !== false,
    textColumn: "text",
    targetColumn: "target",
    ...column("targetColumn"),
    ...column("textColumn"),
    ...column("labelColumn"),
    ...column("pairColumn"),
    ...column("scoreColumn"),
  };
}
