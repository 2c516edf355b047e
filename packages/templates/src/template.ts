import { ConfigError, type Tokenizer } from "@incipit/core";
import type { Texts } from "@incipit/data";

/** What a template has places for: an example's text, its second text, and the mask that a model answers in. */
export type TemplateField = "text" | "pair" | "mask";

const FIELDS: readonly TemplateField[] = ["text", "pair", "mask"];

/** A text with places for those of an example, and for the answer. */
export interface Template {
  /** As it was written. */
  readonly source: string;
  /** What stands as it is, and the fields between, in their order. */
  readonly parts: readonly (string | { readonly field: TemplateField })[];
}

/**
 * The template that is written as `{text} It was {mask}.`, with `{pair}` for a second text. Without a mask the answer follows
 * behind the whole, as causal models give it.
 * @throws {ConfigError} when it has another field, no text, or more than one mask
 * @see Schick & Schütze 2021, arXiv:2001.07676, section 3.1, where a template is called a pattern
 */
export function template(source: string): Template {
  const parts = source.split(/(\{[^{}]*\})/u).flatMap((part) => (part === "" ? [] : [partOf(part, source)]));
  const count = (field: TemplateField) =>
    parts.filter((part) => typeof part === "object" && part.field === field).length;
  if (count("text") === 0) throw invalid(source, "it has no place for the text; write {text}");
  if (count("mask") > 1) throw invalid(source, "it has more than one {mask}; leave one");
  return { source, parts };
}

function partOf(part: string, source: string): Template["parts"][number] {
  if (!part.startsWith("{") || !part.endsWith("}")) return part;
  const field = FIELDS.find((known) => part === `{${known}}`);
  if (field === undefined) throw invalid(source, `${part} is no field; there are {text}, {pair} and {mask}`);
  return { field };
}

function invalid(source: string, problem: string): ConfigError {
  return new ConfigError(`The template ${JSON.stringify(source)} cannot be used: ${problem}.`, {
    details: { source },
  });
}

/**
 * The text that a template makes of an example.
 * @throws {ConfigError} when it has a field that there is nothing for
 */
export function fillTemplate(
  { source, parts }: Template,
  values: Texts & { readonly mask?: string | undefined },
): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      const value = values[part.field];
      if (value === undefined)
        throw invalid(source, `there is nothing to put in the place of {${part.field}}`);
      return value;
    })
    .join("");
}

/**
 * Where a model answers a template: at its mask, or at its last token. What `verbalizerHead` of `@incipit/heads` takes.
 * @throws {ConfigError} when the tokenizer has no mask token, but the template a mask
 */
export function answerPosition(
  { source, parts }: Template,
  { maskId }: Pick<Tokenizer, "maskId">,
): { readonly mask: number } | "last" {
  if (!parts.some((part) => typeof part === "object" && part.field === "mask")) return "last";
  if (maskId === undefined) {
    throw invalid(
      source,
      "this model's tokenizer has no mask token; write it without {mask}, the answer at its end",
    );
  }
  return { mask: maskId };
}
