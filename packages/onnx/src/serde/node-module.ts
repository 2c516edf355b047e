/** @file Which module of the original program a node comes from: `Node.module` as PyTorch's exporter notes it. */

/** The exporter's key; its value is a list as Python prints it, `['', 'model', 'model.embed_tokens', 'mul']`. */
const SCOPES = "pkg.torch.onnx.name_scopes";

interface Property {
  readonly key: string;
  readonly value: string;
}

/** What the exporter calls the scope of nodes that it knows no module of. */
const UNKNOWN = "_empty_nn_module_stack_from_metadata_hook";

/** The last scope but one: the last is the node's own name. */
export function readNodeModule(metadata: readonly Property[]): string | undefined {
  const scopes = metadata.find(({ key }) => key === SCOPES)?.value;
  const module = scopes
    ?.match(/'[^']*'/g)
    ?.at(-2)
    ?.slice(1, -1);
  return module === UNKNOWN ? undefined : module;
}

/** The module alone, with a nameless node in it. */
export function writeNodeModule(module: string | undefined): Property[] {
  return module === undefined ? [] : [{ key: SCOPES, value: `['${module}', '']` }];
}
