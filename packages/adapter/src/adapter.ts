import { type Json, type ModuleConfig, type Parameters, type Placement } from "@incipit/core";
import { type PeftSettings } from "./peft/settings.js";

/** A saved prompt: what was trained, and what one must know to use it. */
export interface Adapter extends AdapterDescription {
  /** All parameters of prompt module, head and trained modules of the model, by name. */
  readonly parameters: Parameters;
  /** What PEFT is told; by default that the base model is used for its features. Without `prompt.embeddings` it is ignored. */
  readonly peft?: PeftSettings;
}

/** What PEFT's files have no place for, and `incipit.json` holds. */
export interface AdapterDescription {
  /** What the classes are called, by index. */
  readonly labels?: readonly string[];
  /** The template that texts stood in, as `template` of `@incipit/templates` reads it; none where they stood alone. */
  readonly template?: string;
  /** What makes the prompt module again. */
  readonly prompt?: ModuleConfig;
  /** Where the virtual tokens stood in training. */
  readonly placement?: Placement;
  /** What makes the head again. */
  readonly head?: ModuleConfig;
  /** Modules of the model that were trained too, by the ends of their names. */
  readonly modulesToSave?: readonly string[];
  /** The model it was trained on. */
  readonly backbone?: { readonly name: string; readonly fingerprint: string };
  /** The tokenizer it was trained with. */
  readonly tokenizer?: { readonly fingerprint: string };
  /** How it did when it was evaluated. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly provenance?: Provenance;
}

/** How an adapter came to be. Nothing is filled in by itself, so that the same training gives the same bytes. */
export interface Provenance {
  readonly data?: readonly { readonly file: string; readonly sha256: string }[];
  readonly seed?: number;
  readonly options?: Readonly<Record<string, Json>>;
  /** Of the programs that took part, by name. */
  readonly versions?: Readonly<Record<string, string>>;
  /** A date and time as in ISO 8601. */
  readonly created?: string;
}
