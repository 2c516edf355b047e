import { GraphError } from "@incipit/core";
import {
  namesIn,
  renameUses,
  sortTopologically,
  uniqueNames,
  type Graph,
  type Node,
  type Value,
} from "@incipit/onnx";

/** What the names of a decoder's values and nodes begin with once it is joined to its encoder. */
export const DECODER_PREFIX = "decoder/";

/** Whether both an encoder and a decoder are in this one graph. */
export function holdsEncoderDecoder(graph: Graph): boolean {
  return graph.inputs.some((input) => input.name === "decoder_input_ids");
}

/**
 * One graph of an encoder and a decoder that were exported as two files: the encoder's states go into the decoder's
 * `encoder_hidden_states`, its attention mask into `encoder_attention_mask`, and the decoder's own `input_ids` is called
 * `decoder_input_ids`.
 * @throws {GraphError} when the decoder takes no encoder states, or the two use operator sets that differ
 */
export function joinEncoderDecoder(encoder: Graph, decoder: Graph): Graph {
  const states = encoder.outputs[0]?.name;
  if (states === undefined || !decoder.inputs.some((input) => input.name === "encoder_hidden_states")) {
    throw new GraphError(
      "The decoder should take the encoder's states as `encoder_hidden_states`; it does not.",
    );
  }
  const shared: Readonly<Record<Value, Value>> = {
    encoder_hidden_states: states,
    encoder_attention_mask: "attention_mask",
    input_ids: "decoder_input_ids",
    attention_mask: "decoder_attention_mask",
  };
  const fresh = uniqueNames(new Set([...namesIn(encoder), ...Object.values(shared)]));
  const names = new Map<Value, Value>(Object.entries(shared));
  const outputs = new Set(decoder.outputs.map((output) => output.name));
  const own = [...decoder.inputs.map((input) => input.name), ...decoder.initializers.keys()];
  for (const value of [...own, ...decoder.nodes.flatMap((node) => node.outputs)]) {
    if (value !== "" && !names.has(value))
      names.set(value, outputs.has(value) ? value : fresh(DECODER_PREFIX + value));
  }
  const rename = (value: Value) => names.get(value) ?? value;
  const opset = Math.max(encoder.opsets[""] ?? 0, decoder.opsets[""] ?? 0);
  if (encoder.opsets[""] !== decoder.opsets[""]) {
    throw new GraphError(`Encoder and decoder must use one operator set; they use two, up to ${opset}.`);
  }
  const inputs = decoder.inputs
    .map((input) => ({ ...input, name: rename(input.name) }))
    .filter(({ name }) => name !== states && !encoder.inputs.some((input) => input.name === name));
  return {
    name: `${encoder.name}, ${decoder.name}`,
    inputs: [...encoder.inputs, ...inputs],
    outputs: decoder.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    nodes: sortTopologically([
      ...encoder.nodes,
      ...decoder.nodes.map((node) => renamed(node, rename, fresh)),
    ]),
    initializers: new Map([
      ...encoder.initializers,
      ...Array.from(decoder.initializers, ([name, tensor]) => [rename(name), tensor] as const),
    ]),
    opsets: { ...encoder.opsets, ...decoder.opsets },
    metadata: encoder.metadata,
  };
}

function renamed(node: Node, rename: (value: Value) => Value, fresh: (hint: string) => Value): Node {
  const uses = renameUses(node, rename);
  return {
    ...uses,
    name: fresh(DECODER_PREFIX + (node.name || node.opType)),
    outputs: node.outputs.map(rename),
  };
}
