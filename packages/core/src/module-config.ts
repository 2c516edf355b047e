/** Plain JSON data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a saved prompt remembers of a prompt module or head, so that it can be made again: its type and its options. */
export interface ModuleConfig {
  readonly type: string;
  readonly [option: string]: Json;
}
