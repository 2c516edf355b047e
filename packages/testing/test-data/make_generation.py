#!/usr/bin/env python3
"""Make `generation/*.json`: what transformers generates for the conformance cases, with the case's prompt in front.

    python make_generation.py --out generation [--only NAME ...]

The models are those of make_cases.py (the seeds are derived from the names), the prompts those of the cases' case.json. The
prompt is put in front of the embedded tokens and handed to transformers' `generate` as `inputs_embeds`, one text at a time,
without padding, in float64. For decoders PEFT's `generate` must give the same tokens; it is run without a cache, as its
cached form (peft 0.21 with transformers 5) loses count of the positions.

`t5-seq2seq-past` is an encoder-decoder in the files that Optimum makes: encoder, decoder without and with past, and the two
decoders merged into one by an If.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import transformers
from make_cases import (HIDDEN, LAYERS, SENTENCES, SHARED, Case, Encoder, Reference, case_copy, compact, embedding_module,
                        make_tokenizer, randomize, seq2seq_variants)
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from transformers import DynamicCache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

NEW_TOKENS = 12
CASES = ["gpt2-causal", "gpt2-causal-past", "gpt2-causal-past-posids", "llama-causal", "mistral-causal-sliding-window",
         "t5-seq2seq", "t5-seq2seq-split"]
PAST = "t5-seq2seq-past"
BEAMS: list[dict[str, Any]] = [
    {"num_beams": 3},
    {"num_beams": 4, "length_penalty": 0.0, "early_stopping": True},
    {"num_beams": 2, "length_penalty": 2.0, "early_stopping": "never"},
    {"num_beams": 3, "length_penalty": -1.0, "repetition_penalty": 1.5},
]


def build(name: str) -> tuple[Case, torch.Tensor]:
    """The case's model and prompt, as make_cases.py makes them."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    case = SHARED["t5-seq2seq-split" if name == PAST else name]()
    torch.manual_seed(seed)
    randomize(case.model, case.std)
    prompt = torch.tensor([[round(x, 4) for x in row] for row in (0.3 * torch.randn(case.n, case.width)).tolist()])
    return case, prompt


# ---------------------------------------------------------------------------------------------- tokens


class Generator:
    """transformers' generate with a prompt in front."""

    def __init__(self, case: Case, prompt: torch.Tensor):
        self.case, self.prompt = case, prompt.double()
        self.model = case_copy(case.model).double().eval()
        self.seq2seq = self.model.config.is_encoder_decoder

    def __call__(self, ids: list[int], **options) -> dict[str, Any]:
        embedded = embedding_module(self.case, self.model)(torch.tensor([ids]))
        embeds = torch.cat([self.prompt[None], embedded], 1)
        mask = torch.ones(embeds.shape[:2], dtype=torch.long)
        with torch.no_grad():
            out = self.model.generate(inputs_embeds=embeds, attention_mask=mask, do_sample=False,
                                      max_new_tokens=NEW_TOKENS, return_dict_in_generate=True, output_logits=True,
                                      output_scores=True, **options)
        # Without input_ids a decoder's sequences are the new tokens alone; others have the start token in front.
        return {"out": out, "ids": out.sequences[0, 1 if self.seq2seq else 0:].tolist()}

    def greedy(self, ids: list[int], **options) -> tuple[list[int], torch.Tensor, float]:
        """New tokens, the logits of each step, and the smallest distance between the best two."""
        done = self(ids, **options)
        logits = torch.stack([step[0] for step in done["out"].logits])
        best = torch.stack([step[0] for step in done["out"].scores]).topk(2).values
        return done["ids"], logits, float((best[:, 0] - best[:, 1]).min())

    def beams(self, ids: list[int], end: list[int], **options) -> dict[str, Any]:
        done = self(ids, eos_token_id=end, **options)
        sequence = done["ids"]
        cut = next((i + 1 for i, token in enumerate(sequence) if token in end), len(sequence))
        return {"ids": sequence[:cut], "score": done["out"].sequences_scores[0]}


def peft_greedy(case: Case, prompt: torch.Tensor, ids: list[int]) -> list[int]:
    model = Reference(case, "peft", torch.float64, prompt).model
    tokens = torch.tensor([ids])
    out = model.generate(input_ids=tokens, attention_mask=torch.ones_like(tokens), do_sample=False,
                         max_new_tokens=NEW_TOKENS, use_cache=False)
    return out[0, len(ids):].tolist()


def expectations(case: Case, prompt: torch.Tensor) -> dict[str, Any]:
    generator = Generator(case, prompt)
    tokenizer = case.tokenizer["tokenizer"]
    texts = [tokenizer.encode(text).ids for text in SENTENCES]
    results = []
    for text, ids in zip(SENTENCES, texts):
        tokens, logits, gap = generator.greedy(ids)
        if gap < 1e-4:
            raise RuntimeError(f"{text}: the best two tokens are {gap} apart, too close for float32")
        if not generator.seq2seq and peft_greedy(case, prompt, ids) != tokens:
            raise RuntimeError(f"{text}: PEFT generates something else")
        results.append({"text": text, "ids": ids, "greedy": tokens, "smallestGap": gap,
                        "lastLogits": logits[-1, :8]})
    # Random models seldom end a text; so that beams do end, tokens which they come upon end it.
    end = sorted({results[0]["greedy"][2], results[1]["greedy"][4]})
    beams = []
    for options in BEAMS:
        if "repetition_penalty" in options and not generator.seq2seq:
            continue  # by inputs_embeds it would not see the text
        beams.append({"options": options, "results": [generator.beams(ids, end, **options) for ids in texts]})
    return {"texts": results, "beamEndIds": end, "beams": beams}


# ------------------------------------------------------------------------------------- decoder with past


def flat(cache: EncoderDecoderCache) -> list[torch.Tensor]:
    tensors = []
    for own, cross in zip(cache.self_attention_cache.layers, cache.cross_attention_cache.layers):
        tensors += [own.keys, own.values, cross.keys, cross.values]
    return tensors


class FirstDecoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, encoder_attention_mask, input_ids, encoder_hidden_states):
        out = self.model(attention_mask=encoder_attention_mask, decoder_input_ids=input_ids,
                         encoder_outputs=BaseModelOutput(encoder_hidden_states), use_cache=True)
        return (out.logits, *flat(out.past_key_values))


class DecoderWithPast(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, encoder_attention_mask, input_ids, *past):
        pairs = [(past[i], past[i + 1]) for i in range(0, len(past), 2)]
        cache = EncoderDecoderCache(DynamicCache(pairs[0::2]), DynamicCache(pairs[1::2]))
        states = torch.zeros(*encoder_attention_mask.shape, HIDDEN)  # not read: their keys and values are in the cache
        out = self.model(attention_mask=encoder_attention_mask, decoder_input_ids=input_ids,
                         encoder_outputs=BaseModelOutput(states), past_key_values=cache, use_cache=True)
        own = flat(out.past_key_values)
        return (out.logits, *(tensor for i, tensor in enumerate(own) if i % 4 < 2))


def slots(prefix: str, parts=("decoder", "encoder")) -> list[str]:
    return [f"{prefix}.{i}.{part}.{kv}" for i in range(LAYERS) for part in parts for kv in ("key", "value")]


def export_past(case: Case, folder: Path) -> None:
    """encoder_model, decoder_model, decoder_with_past_model, decoder_model_merged."""
    model = case.model
    inputs = case.variants[0].inputs
    ids, mask, start = inputs["input_ids"], inputs["attention_mask"], inputs["decoder_input_ids"][:, :2]
    encoder = Encoder(model).eval()
    with torch.no_grad():
        states = encoder(ids, mask)
        _, *past = FirstDecoder(model)(mask, start, states)
    source, own, cross = ({0: "batch_size", 1: "encoder_sequence_length"}, {0: "batch_size", 2: "past_length"},
                          {0: "batch_size", 2: "encoder_sequence_length"})
    axes = {"input_ids": {0: "batch_size", 1: "decoder_sequence_length"}, "encoder_attention_mask": source,
            "encoder_hidden_states": source, "logits": {0: "batch_size", 1: "decoder_sequence_length"}}
    axes.update({name: cross if ".encoder." in name else own for name in slots("past_key_values")})
    axes.update({name: cross if ".encoder." in name else {0: "batch_size", 2: "total_length"} for name in slots("present")})

    def export(file: str, module, args, names, outputs, dynamic):
        torch.onnx.export(module.eval(), args, str(folder / file), input_names=names, output_names=outputs,
                          dynamic_axes={k: dynamic[k] for k in [*names, *outputs]}, opset_version=14, dynamo=False)

    folder.mkdir(parents=True, exist_ok=True)
    export("encoder_model.onnx", encoder, (ids, mask), ["input_ids", "attention_mask"], ["last_hidden_state"],
           {k: source for k in ("input_ids", "attention_mask", "last_hidden_state")})
    export("decoder_model.onnx", FirstDecoder(model), (mask, start, states),
           ["encoder_attention_mask", "input_ids", "encoder_hidden_states"], ["logits", *slots("present")], axes)
    export("decoder_with_past_model.onnx", DecoderWithPast(model), (mask, start[:, :1], *past),
           ["encoder_attention_mask", "input_ids", *slots("past_key_values")],
           ["logits", *slots("present", ("decoder",))], axes)
    merge(folder)


def merge(folder: Path) -> None:
    """Both decoders in one graph, as Optimum merges them: weights outside, each decoder a branch of an If."""
    first, later = (onnx.load(folder / f"{name}.onnx") for name in ("decoder_model", "decoder_with_past_model"))
    weights: dict[bytes, onnx.TensorProto] = {}

    def branch(graph: onnx.GraphProto, prefix: str) -> onnx.GraphProto:
        names = {}
        for weight in graph.initializer:
            shared = weights.setdefault(weight.raw_data + str(weight.dims).encode(), weight)
            names[weight.name] = shared.name if shared is weight else weights[weight.raw_data + str(weight.dims).encode()].name
        outer = {i.name for i in graph.input} | set(names.values())
        rename = lambda x: names.get(x, x if x in outer or x == "" else prefix + x)
        nodes = []
        for node in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.name = prefix + node.name
            copy.input[:] = [rename(x) for x in node.input]
            copy.output[:] = [prefix + x for x in node.output]
            nodes.append(copy)
        outputs = []
        for output in first.graph.output:
            described = onnx.ValueInfoProto()
            described.CopyFrom(next((o for o in graph.output if o.name == output.name), output))
            if output.name not in {o.name for o in graph.output}:  # a dummy that nobody is to read
                nodes.append(helper.make_node("Constant", [], [prefix + output.name],
                                              value=numpy_helper.from_array(np.zeros((0, 1, 1, 1), np.float32))))
                described = helper.make_tensor_value_info(output.name, TensorProto.FLOAT, None)
            described.name = prefix + output.name
            outputs.append(described)
        return helper.make_graph(nodes, prefix + "branch", [], outputs)

    branches = {"else_branch": branch(first.graph, "first/"), "then_branch": branch(later.graph, "later/")}
    inputs = {i.name: i for graph in (first.graph, later.graph) for i in graph.input}
    switch = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    node = helper.make_node("If", ["use_cache_branch"], [o.name for o in first.graph.output], "optimum::if", **branches)
    graph = helper.make_graph([node], "merged", [*inputs.values(), switch], list(first.graph.output), list(weights.values()))
    merged = helper.make_model(graph, opset_imports=first.opset_import, ir_version=first.ir_version)
    onnx.checker.check_model(merged)
    onnx.save(merged, folder / "decoder_model_merged.onnx")


def write(data: dict[str, Any], path: Path) -> None:
    """JSON, one line per text and per beam search."""
    dumps = lambda x: json.dumps(compact(x), separators=(",", ":"))
    lines = []
    for key, value in data.items():
        rows = ",\n  ".join(dumps(row) for row in value) if key in ("texts", "beams") else None
        lines.append(f'"{key}": ' + (f"[\n  {rows}\n]" if rows else dumps(value)))
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.only or [*CASES, PAST]:
        case, prompt = build(name)
        data: dict[str, Any] = {"name": name, "newTokens": NEW_TOKENS,
                                "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
                                **expectations(case, prompt)}
        if name == PAST:
            folder = args.out / name
            export_past(case, folder / "onnx")
            case.tokenizer["tokenizer"].save(str(folder / "tokenizer.json"), pretty=False)
            (folder / "tokenizer_config.json").write_text(json.dumps(case.tokenizer["config"], indent=1) + "\n")
            config = {**case.model.config.to_diff_dict(), "architectures": [type(case.model).__name__]}
            (folder / "config.json").write_text(json.dumps(config, indent=1, default=str) + "\n")
            data |= {"placeholderId": case.tokenizer["plain"], "promptInit": prompt}
        write(data, args.out / f"{name}.json")
        print(f"ok {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
