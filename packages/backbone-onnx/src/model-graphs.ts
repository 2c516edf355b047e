/** @file A model's graphs, made ready to be trained on and to generate text with. */
import { decompose } from "@incipit/autodiff";
import { foldConstants, inlineBranches, upgradeOpset, widenBfloat16, type Graph } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { holdsEncoderDecoder, joinEncoderDecoder } from "./encoder-decoder.js";
import { takeFloat32 } from "./float-inputs.js";
import { fixCacheInputs, fixCacheSwitch, isMerged } from "./fixed-inputs.js";

/** The graphs of a model that comes as several files. */
export interface ModelGraphs {
  /** Of an encoder-decoder, whose decoder takes `encoder_hidden_states`. */
  readonly encoder?: Graph | undefined;
  /** Reads whole texts, and also one token more where it takes a cache. */
  readonly decoder: Graph;
  /** Reads one token more, where `decoder` takes no cache. */
  readonly decoderWithPast?: Graph | undefined;
}

/** The same for a model that is one graph, whatever it is. */
export function modelGraphs(model: Graph | ModelGraphs): ModelGraphs {
  return "decoder" in model ? model : { decoder: model };
}

/** Whether a decoder answers what an encoder has read, be they two files or one. */
export function isEncoderDecoder({ encoder, decoder }: ModelGraphs): boolean {
  return encoder !== undefined || holdsEncoderDecoder(decoder);
}

/**
 * The model as a training step runs it: one graph in one operator set, without caches, with what is constant computed, its
 * floats going in as float32.
 * @param ids the graph input with the token ids
 */
export async function trainingModel({ encoder, decoder }: ModelGraphs, ids = "input_ids"): Promise<Graph> {
  const fixed = await simplified(
    fixCacheInputs(inOurOperators(decoder), encoder === undefined ? ids : "input_ids"),
  );
  return takeFloat32(
    encoder === undefined ? fixed : joinEncoderDecoder(await simplified(inOurOperators(encoder)), fixed),
  );
}

/**
 * The model as text is generated with it: in one operator set, with its caches, with what is constant computed. Two merged
 * decoders that read virtual tokens are parted, as a prompt's place must be found in each.
 */
export async function generationModel(model: ModelGraphs): Promise<ModelGraphs> {
  const { encoder, decoder, decoderWithPast } = model;
  if (encoder === undefined && isMerged(decoder)) {
    const both = inOurOperators(decoder);
    return generationModel({
      decoder: fixCacheInputs(both, "input_ids"),
      decoderWithPast: fixCacheSwitch(both, true),
    });
  }
  const ready = (graph: Graph) => simplified(inOurOperators(graph));
  return {
    encoder: encoder && (await ready(encoder)),
    decoder: await ready(decoder),
    decoderWithPast: decoderWithPast && (await ready(decoderWithPast)),
  };
}

/** In the operator set that everything here is written for, and in numbers that can be computed with. */
function inOurOperators(graph: Graph): Graph {
  return upgradeOpset(widenBfloat16(graph));
}

/**
 * With what is constant computed, without the branches that it rules out, and with the token embedding apart from what the
 * fused operator does besides.
 */
async function simplified(graph: Graph): Promise<Graph> {
  const apart = decompose(graph, (node) => node.opType === "EmbedLayerNormalization");
  const folded = await foldConstants(apart, evaluate);
  const inlined = inlineBranches(folded);
  const changed = inlined.nodes.some((node, i) => node !== folded.nodes[i]);
  return changed ? foldConstants(inlined, evaluate) : folded;
}
