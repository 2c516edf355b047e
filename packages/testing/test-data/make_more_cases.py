#!/usr/bin/env python3
"""Make the conformance cases of `conformance-more`: architectures that the first folder lacks.

    python make_more_cases.py --out conformance-more [--only NAME ...] [--list]

Format, reference and checks are those of make_cases.py, whose helpers this script uses; seeds are derived from the names.
"""

from __future__ import annotations

import sys
from typing import Any

import make_cases
import onnx
import torch
import transformers
from make_cases import (BERT_KEYS, FFN, HEADS, HIDDEN, LAYERS, PAIRS, POSITIONS, SENTENCES, SEQ2SEQ_NOTES, Case, GraphSpec,
                        Registry, Variant, class_labels, encode, encoder_decoder_graphs, lm_labels, main, make_tokenizer,
                        mlm_labels, registrar, seq2seq_variants, text_variants)
from onnxruntime.transformers import optimizer
from torch import nn
from transformers.modeling_outputs import BaseModelOutput

MORE = Registry()
case = registrar(MORE)

MASK_KEYS = ("input_ids", "attention_mask")
NARROW = 16  # embedding width of models that project to the hidden size

# -------------------------------------------------------------------------------------------- tokenizers

ROBERTA_TOKENS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
ROBERTA_NAMES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "cls_token": "<s>",
                 "sep_token": "</s>", "mask_token": "<mask>"}


def roberta_tokenizer(tokenizer_class: str = "RobertaTokenizer") -> dict[str, Any]:
    """Byte-level BPE whose padding is token 1, with <s> and </s> around every text."""
    return make_tokenizer("gpt2", special=ROBERTA_TOKENS, single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
                          names={"tokenizer_class": tokenizer_class, **ROBERTA_NAMES})


def xlm_roberta_tokenizer() -> dict[str, Any]:
    return make_tokenizer("t5", special=ROBERTA_TOKENS, single="<s> $A </s>",
                          names={"tokenizer_class": "XLMRobertaTokenizer", **ROBERTA_NAMES})


def opt_tokenizer() -> dict[str, Any]:
    return make_tokenizer("gpt2", special=["<s>", "<pad>", "</s>", "<unk>"], single="</s> $A", pair="</s> $A </s> $B",
                          names={"tokenizer_class": "GPT2Tokenizer", "bos_token": "</s>", "eos_token": "</s>",
                                 "unk_token": "<unk>", "pad_token": "<pad>"})


def clip_tokenizer() -> dict[str, Any]:
    return make_tokenizer("gpt2", special=["<pad>", "<|startoftext|>", "<|endoftext|>"],
                          single="<|startoftext|> $A <|endoftext|>", pair="<|startoftext|> $A $B <|endoftext|>",
                          names={"tokenizer_class": "CLIPTokenizer", "bos_token": "<|startoftext|>",
                                 "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<pad>"})


# -------------------------------------------------------------------------------------------- configurations


def sizes(tk: dict[str, Any], **more) -> dict[str, Any]:
    """The sizes of every model here, as most architectures call them."""
    return {"vocab_size": tk["size"], "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
            "intermediate_size": FFN, "max_position_embeddings": POSITIONS, "pad_token_id": tk["pad"], **more}


def encoder_sizes(tk: dict[str, Any], **more) -> dict[str, Any]:
    return sizes(tk, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **more)


def decoder_sizes(tk: dict[str, Any], **more) -> dict[str, Any]:
    return sizes(tk, bos_token_id=tk["bos"], eos_token_id=tk["eos"], tie_word_embeddings=False, **more)


def seq2seq_sizes(tk: dict[str, Any], start: int, **more) -> dict[str, Any]:
    """The sizes as the encoder-decoders of BART's kind call them; one layer each, to keep the files small."""
    return {"vocab_size": tk["size"], "d_model": HIDDEN, "encoder_layers": 1, "decoder_layers": 1,
            "encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS, "encoder_ffn_dim": FFN,
            "decoder_ffn_dim": FFN, "max_position_embeddings": POSITIONS, "dropout": 0.0, "bos_token_id": tk["bos"],
            "eos_token_id": tk["eos"], "pad_token_id": tk["pad"], "decoder_start_token_id": start,
            "forced_eos_token_id": tk["eos"], **more}


# -------------------------------------------------------------------------------------------- encoders


def classify(architecture: str, exporter: str, opset: int, tk, model, keys=MASK_KEYS, texts=PAIRS, **more) -> Case:
    return Case(architecture, "sequence-classification", exporter, opset, model, 4,
                text_variants(tk, texts, class_labels(3, 4), keys), tk, texts=texts, **{"peft_task": "SEQ_CLS", **more})


def restore_masked(architecture: str, exporter: str, opset: int, tk, model, **more) -> Case:
    return Case(architecture, "masked-lm", exporter, opset, model, 5, text_variants(tk, SENTENCES, mlm_labels(tk)), tk,
                texts=SENTENCES, notes=["every third token was replaced by the mask token after tokenizing; only those "
                                        "have labels"], **{"reference": "inputs_embeds", **more})


def tag(architecture: str, exporter: str, opset: int, tk, model, classes: int, **more) -> Case:
    def labels(e):
        tags = torch.where(e["attention_mask"] == 1, e["input_ids"] % classes, torch.tensor(-100))
        return {"labels": tags}

    return Case(architecture, "token-classification", exporter, opset, model, 4, text_variants(tk, SENTENCES, labels), tk,
                texts=SENTENCES, notes=["a token's tag is its id modulo the number of tags"],
                **{"peft_task": "TOKEN_CLS", **more})


NOT_PEFT = ["not through PEFT, which drops token types for this task; and the softmax over positions counts those of padding, "
            "whose position ids a model that is given embeddings can't tell from the others"]


def find_answers(architecture: str, exporter: str, opset: int, tk, model, keys=MASK_KEYS, **more) -> Case:
    def spans(e):
        last = e["attention_mask"].sum(1) - 2
        return {"start_positions": last - torch.arange(len(last)) % 2, "end_positions": last}

    return Case(architecture, "question-answering", exporter, opset, model, 4, text_variants(tk, PAIRS, spans, keys), tk,
                texts=PAIRS, reference="embedding_hook", notes=NOT_PEFT, **more)


def embed(architecture: str, exporter: str, opset: int, tk, model, output: str, **more) -> Case:
    target = torch.round(torch.randn(len(SENTENCES), HIDDEN), decimals=3)
    return Case(architecture, "feature-extraction", exporter, opset, model, 4,
                text_variants(tk, SENTENCES, lambda e: {"target": target}), tk, output=output, texts=SENTENCES,
                **{"peft_task": "FEATURE_EXTRACTION", **more})


@case("roberta-seqcls")
def _():
    tk = roberta_tokenizer()
    config = transformers.RobertaConfig(**encoder_sizes(tk, num_labels=3, type_vocab_size=1))
    return classify("roberta", "torchscript", 14, tk, transformers.RobertaForSequenceClassification(config))


@case("roberta-qa-dynamo")
def _():
    tk = roberta_tokenizer()
    config = transformers.RobertaConfig(**encoder_sizes(tk, type_vocab_size=1))
    return find_answers("roberta", "dynamo", 18, tk, transformers.RobertaForQuestionAnswering(config))


@case("xlm-roberta-tokencls")
def _():
    tk = xlm_roberta_tokenizer()
    config = transformers.XLMRobertaConfig(**encoder_sizes(tk, num_labels=5, type_vocab_size=1,
                                                           attn_implementation="eager"))
    return tag("xlm-roberta", "torchscript", 17, tk, transformers.XLMRobertaForTokenClassification(config), 5)


@case("camembert-pooled")
def _():
    tk = roberta_tokenizer("CamembertTokenizer")
    config = transformers.CamembertConfig(**encoder_sizes(tk, type_vocab_size=1))
    return embed("camembert", "torchscript", 17, tk, transformers.CamembertModel(config), "pooler_output")


@case("albert-mlm")
def _():
    tk = make_tokenizer("bert")
    config = transformers.AlbertConfig(**encoder_sizes(tk, embedding_size=NARROW, attn_implementation="eager"))
    return restore_masked("albert", "torchscript", 14, tk, transformers.AlbertForMaskedLM(config), width=NARROW)


@case("electra-tokencls-dynamo")
def _():
    tk = make_tokenizer("bert")
    config = transformers.ElectraConfig(**encoder_sizes(tk, embedding_size=NARROW, num_labels=5))
    return tag("electra", "dynamo", 18, tk, transformers.ElectraForTokenClassification(config), 5, width=NARROW)


@case("deberta-v2-seqcls")
def _():
    tk = make_tokenizer("bert")
    config = transformers.DebertaV2Config(**encoder_sizes(tk, num_labels=3, relative_attention=True, position_buckets=8,
                                                          norm_rel_ebd="layer_norm", share_att_key=True,
                                                          pos_att_type=["p2c", "c2p"], position_biased_input=False))
    return classify("deberta-v2", "torchscript", 14, tk, transformers.DebertaV2ForSequenceClassification(config),
                    BERT_KEYS)


@case("mpnet-mean")
def _():
    tk = make_tokenizer("bert")
    config = transformers.MPNetConfig(**encoder_sizes(tk))
    return embed("mpnet", "torchscript", 12, tk, transformers.MPNetModel(config), "last_hidden_state")


@case("modernbert-mlm")
def _():
    tk = make_tokenizer("bert")
    config = transformers.ModernBertConfig(**sizes(tk, cls_token_id=tk["cls"], sep_token_id=tk["sep"],
                                                   global_attn_every_n_layers=2, local_attention=4,
                                                   attn_implementation="sdpa"))
    return restore_masked("modernbert", "torchscript", 17, tk, transformers.ModernBertForMaskedLM(config))


@case("modernbert-mean-dynamo")
def _():
    tk = make_tokenizer("bert")
    config = transformers.ModernBertConfig(**sizes(tk, cls_token_id=tk["cls"], sep_token_id=tk["sep"],
                                                   global_attn_every_n_layers=2, local_attention=4,
                                                   attn_implementation="sdpa"))
    return embed("modernbert", "dynamo", 20, tk, transformers.ModernBertModel(config), "last_hidden_state")


@case("roformer-qa")
def _():
    tk = make_tokenizer("bert")
    config = transformers.RoFormerConfig(**encoder_sizes(tk, embedding_size=HIDDEN))
    return find_answers("roformer", "torchscript", 14, tk, transformers.RoFormerForQuestionAnswering(config), BERT_KEYS)


@case("ernie-qa-fused")
def _():
    tk = make_tokenizer("bert")
    config = transformers.ErnieConfig(**encoder_sizes(tk))
    return find_answers("ernie", "torchscript", 14, tk, transformers.ErnieForQuestionAnswering(config), BERT_KEYS)


@case("fnet-seqcls-dynamo")
def _():
    tk = make_tokenizer("bert")
    config = transformers.FNetConfig(**{**sizes(tk, num_labels=3, hidden_dropout_prob=0.0), "tpu_short_seq_length": POSITIONS})
    return classify("fnet", "dynamo", 18, tk, transformers.FNetForSequenceClassification(config),
                    ("input_ids", "token_type_ids"), reference="embedding_hook",
                    notes=["not through PEFT, as the model takes no attention mask: padding is mixed in with the text"])


@case("clip-text-pooled")
def _():
    tk = clip_tokenizer()
    config = transformers.CLIPTextConfig(**decoder_sizes(tk, hidden_act="quick_gelu", projection_dim=HIDDEN))
    return embed("clip_text_model", "torchscript", 17, tk, transformers.CLIPTextModel(config), "pooler_output",
                 reference="embedding_hook", ends_in_eos=True)


# -------------------------------------------------------------------------------------------- decoders


def decoder(name: str, architecture: str, exporter: str, opset: int, style: str, left: bool = False, width: int = HIDDEN,
            common=decoder_sizes, class_name: str = "", config_name: str = "", **config) -> None:
    """A causal language model; its classes in transformers start with `class_name`, by default the architecture's."""

    def define() -> Case:
        tk = opt_tokenizer() if style == "opt" else make_tokenizer(style)
        prefix = class_name or architecture.capitalize()
        made = getattr(transformers, f"{config_name or prefix}Config")(**common(tk, **config))
        model = getattr(transformers, f"{prefix}ForCausalLM")(made)
        return Case(architecture, "causal-lm", exporter, opset, model, 4,
                    text_variants(tk, SENTENCES, lm_labels, left=left), tk, width=width, peft_task="CAUSAL_LM",
                    model_kwargs={"use_cache": False}, texts=SENTENCES)

    case(name)(define)


decoder("qwen2-causal-dynamo", "qwen2", "dynamo", 18, "gpt2", left=True, num_key_value_heads=2)
decoder("gemma2-causal", "gemma2", "torchscript", 17, "llama", left=True, num_key_value_heads=2, head_dim=8,
        sliding_window=16, query_pre_attn_scalar=8, attn_implementation="eager")
decoder("gemma3-causal-dynamo", "gemma3_text", "dynamo", 18, "llama", class_name="Gemma3", config_name="Gemma3Text", num_key_value_heads=1,
        head_dim=8, sliding_window=4, query_pre_attn_scalar=8, layer_types=["sliding_attention", "full_attention"])
decoder("phi-causal", "phi", "torchscript", 14, "gpt2", left=True, partial_rotary_factor=0.5)
decoder("phi3-causal-dynamo", "phi3", "dynamo", 20, "llama", num_key_value_heads=2)
decoder("gpt-neox-causal", "gpt_neox", "torchscript", 11, "gpt2", left=True, class_name="GPTNeoX", rotary_pct=0.25,
        attn_implementation="eager")
decoder("falcon-causal", "falcon", "torchscript", 17, "gpt2", multi_query=True, parallel_attn=True, bias=False)
decoder("starcoder2-causal-dynamo", "starcoder2", "dynamo", 18, "gpt2", num_key_value_heads=2, sliding_window=None,
        embedding_dropout=0.0, residual_dropout=0.0)
decoder("olmo2-causal", "olmo2", "torchscript", 17, "gpt2", num_key_value_heads=2)
decoder("cohere-causal-dynamo", "cohere", "dynamo", 24, "gpt2", num_key_value_heads=2, use_qk_norm=True)
decoder("granite-causal-dynamo", "granite", "dynamo", 18, "gpt2", num_key_value_heads=2, embedding_multiplier=3.0,
        residual_multiplier=0.5, logits_scaling=2.0, attention_multiplier=0.5)


def opt_sizes(tk, **more):
    return decoder_sizes(tk, ffn_dim=FFN, word_embed_proj_dim=NARROW, dropout=0.0, **more)


def bloom_sizes(tk, **more):
    return {"vocab_size": tk["size"], "hidden_size": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "hidden_dropout": 0.0,
            "attention_dropout": 0.0, "bos_token_id": tk["bos"], "eos_token_id": tk["eos"], "pad_token_id": tk["pad"],
            **more}


def gpt_neo_sizes(tk, **more):
    return {"vocab_size": tk["size"], "hidden_size": HIDDEN, "num_layers": LAYERS, "num_heads": HEADS,
            "intermediate_size": FFN, "max_position_embeddings": POSITIONS, "bos_token_id": tk["bos"],
            "eos_token_id": tk["eos"], "pad_token_id": tk["pad"], **more}


def gptj_sizes(tk, **more):
    return {"vocab_size": tk["size"], "n_embd": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "n_inner": FFN,
            "n_positions": POSITIONS, "rotary_dim": 4, "bos_token_id": tk["bos"], "eos_token_id": tk["eos"],
            "pad_token_id": tk["pad"], "tie_word_embeddings": False, **more}


decoder("opt-causal", "opt", "torchscript", 14, "opt", left=True, width=NARROW, common=opt_sizes, class_name="OPT")
decoder("bloom-causal", "bloom", "torchscript", 14, "gpt2", left=True, common=bloom_sizes)
decoder("gpt-neo-causal", "gpt_neo", "torchscript", 13, "gpt2", common=gpt_neo_sizes, class_name="GPTNeo", window_size=4,
        attention_types=[[["global", "local"], 1]], attn_implementation="eager")
decoder("gptj-causal-dynamo", "gptj", "dynamo", 18, "gpt2", common=gptj_sizes, class_name="GPTJ")


LAST_TOKEN = ["the class is read at the last token that is not padding, which the graph finds in its ids (PEFT, which gives "
              "it embeddings, reads the last position instead)"]


@case("llama-seqcls")
def _():
    tk = make_tokenizer("llama")
    config = transformers.LlamaConfig(**decoder_sizes(tk, num_labels=3, num_key_value_heads=2))
    return classify("llama", "torchscript", 14, tk, transformers.LlamaForSequenceClassification(config),
                    reference="embedding_hook", model_kwargs={"use_cache": False}, notes=LAST_TOKEN)


@case("qwen3-seqcls-dynamo")
def _():
    tk = make_tokenizer("gpt2", special=["<pad>", "<|endoftext|>"], single="$A <|endoftext|>",
                        pair="$A <|endoftext|> $B <|endoftext|>",
                        names={"tokenizer_class": "Qwen2Tokenizer", "bos_token": "<|endoftext|>",
                               "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<pad>"})
    config = transformers.Qwen3Config(**decoder_sizes(tk, num_labels=3, num_key_value_heads=2, head_dim=8))
    return classify("qwen3", "dynamo", 18, tk, transformers.Qwen3ForSequenceClassification(config),
                    reference="embedding_hook", model_kwargs={"use_cache": False}, notes=LAST_TOKEN)


# -------------------------------------------------------------------------------------------- encoder-decoders


def translate(architecture: str, exporter: str, opset: int, tk, model, start: int, **more) -> Case:
    return Case(architecture, "seq2seq-lm", exporter, opset, model, 4, seq2seq_variants(tk, start), tk, texts=SENTENCES,
                std=0.2, model_kwargs={"use_cache": False}, embedding=lambda m: m.get_encoder().embed_tokens,
                **{"peft_task": "SEQ_2_SEQ_LM", "notes": SEQ2SEQ_NOTES, **more})


@case("bart-seq2seq")
def _():
    tk = roberta_tokenizer("BartTokenizer")
    config = transformers.BartConfig(**seq2seq_sizes(tk, tk["eos"], scale_embedding=True))
    return translate("bart", "torchscript", 14, tk, transformers.BartForConditionalGeneration(config), tk["eos"])


@case("bart-seqcls")
def _():
    tk = roberta_tokenizer("BartTokenizer")
    config = transformers.BartConfig(**seq2seq_sizes(tk, tk["eos"], num_labels=3, attn_implementation="eager"))
    return classify("bart", "torchscript", 14, tk, transformers.BartForSequenceClassification(config), std=0.2,
                    texts=SENTENCES,
                    reference="embedding_hook", embedding=lambda m: m.get_encoder().embed_tokens, ends_in_eos=True,
                    model_kwargs={"use_cache": False},
                    notes=["the class is read at the last end-of-text token, which the graph finds in its ids"])


@case("marian-seq2seq-split")
def _():
    tk = make_tokenizer("t5")
    config = transformers.MarianConfig(**seq2seq_sizes(tk, tk["pad"], scale_embedding=True))
    return translate("marian", "torchscript", 17, tk, transformers.MarianMTModel(config), tk["pad"],
                     graphs=encoder_decoder_graphs, reference="embedding_hook",
                     notes=[*SEQ2SEQ_NOTES, "the scale of the embeddings is outside of the embedding module, and the prompt is "
                                            "before it (PEFT's would be behind it: the model scales ids, not embeddings)"])


@case("m2m100-seq2seq-split")
def _():
    tk = make_tokenizer("t5", special=["<s>", "<pad>", "</s>", "<unk>"], single="$A </s>",
                        names={"tokenizer_class": "M2M100Tokenizer", "bos_token": "<s>", "eos_token": "</s>",
                               "unk_token": "<unk>", "pad_token": "<pad>"})
    config = transformers.M2M100Config(**seq2seq_sizes(tk, tk["eos"], scale_embedding=True))
    return translate("m2m_100", "torchscript", 14, tk, transformers.M2M100ForConditionalGeneration(config), tk["eos"],
                     graphs=encoder_decoder_graphs)


@case("mt5-seq2seq-dynamo")
def _():
    tk = make_tokenizer("t5")
    config = transformers.MT5Config(vocab_size=tk["size"], d_model=HIDDEN, d_kv=8, d_ff=FFN, num_layers=1, num_decoder_layers=1,
                                    num_heads=HEADS, relative_attention_num_buckets=8,
                                    relative_attention_max_distance=16, dropout_rate=0.0, pad_token_id=tk["pad"],
                                    eos_token_id=tk["eos"], decoder_start_token_id=tk["pad"])
    return translate("mt5", "dynamo", 18, tk, transformers.MT5ForConditionalGeneration(config), tk["pad"])


# -------------------------------------------------------------------------------------------- speech


class SpeechEncoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.encoder = model.get_encoder()

    def forward(self, input_features):
        return self.encoder(input_features).last_hidden_state


class SpeechDecoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, encoder_hidden_states):
        return self.model(decoder_input_ids=input_ids, encoder_outputs=BaseModelOutput(encoder_hidden_states),
                          use_cache=False).logits


def speech_graphs(c: Case) -> list[GraphSpec]:
    inputs = c.variants[0].inputs
    encoder, decoder = SpeechEncoder(c.model).eval(), SpeechDecoder(c.model).eval()
    features = {"input_features": inputs["input_features"]}
    with torch.no_grad():
        states = encoder(**features)
    return [GraphSpec("onnx/encoder_model.onnx", "encoder", encoder, features, ["last_hidden_state"],
                      {"input_features": {0: "batch_size"}}),
            GraphSpec("onnx/decoder_model.onnx", "decoder", decoder,
                      {"input_ids": inputs["decoder_input_ids"], "encoder_hidden_states": states}, ["logits"],
                      {"input_ids": {0: "batch_size", 1: "decoder_sequence_length"},
                       "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"}})]


@case("whisper-speech-split")
def _():
    tk, frames, bins = make_tokenizer("gpt2"), 16, 8
    config = transformers.WhisperConfig(**{**seq2seq_sizes(tk, tk["bos"], num_mel_bins=bins, begin_suppress_tokens=None,
                                                           max_source_positions=frames // 2,
                                                           max_target_positions=POSITIONS)})
    text = encode(tk, SENTENCES[:2])
    labels = lm_labels(text)["labels"]
    shifted = torch.cat([torch.full((2, 1), tk["bos"]), text["input_ids"][:, :-1]], 1)
    features = torch.round(torch.randn(2, bins, frames), decimals=3)
    return Case("whisper", "speech-seq2seq-lm", "dynamo", 18, transformers.WhisperForConditionalGeneration(config), 4,
                [Variant("speech", {"input_features": features, "decoder_input_ids": shifted}, {"labels": labels})], tk,
                reference="inputs_embeds", embeds_key="decoder_inputs_embeds", ids_key="decoder_input_ids", mask_key=None,
                model_kwargs={"use_cache": False}, texts=SENTENCES[:2], std=0.2, graphs=speech_graphs,
                site="output of the decoder's token embedding lookup, before positions are added; in front of the "
                     "decoder's tokens")


# -------------------------------------------------------------------------------------------- images and sound

EMBEDDED_SITE = ("output of the embedding block (patches projected, class token in front, position embeddings added), behind "
                 "the first row: [class, prompt, rest]; the prompt gets no position embedding (VPT-shallow)")


def see(architecture: str, exporter: str, opset: int, model, embedding, name: str, shape: tuple[int, ...], task: str,
        **more) -> Case:
    values = torch.round(torch.randn(2, *shape), decimals=3)
    return Case(architecture, task, exporter, opset, model, 4, [Variant("main", {name: values}, {"labels": torch.tensor([0, 2])})],
                reference="embedding_hook", embedding=embedding, mask_key=None, insert_at=1, site=EMBEDDED_SITE, **more)


def image_sizes(**more) -> dict[str, Any]:
    return {"hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": FFN,
            "image_size": 16, "patch_size": 4, "num_channels": 3, "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0, "num_labels": 3, **more}


@case("deit-images")
def _():
    model = transformers.DeiTForImageClassification(transformers.DeiTConfig(**image_sizes(attn_implementation="eager")))
    return see("deit", "torchscript", 17, model, lambda m: m.deit.embeddings, "pixel_values", (3, 16, 16),
               "image-classification")


@case("audio-spectrogram-classification")
def _():
    config = transformers.ASTConfig(hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                                    intermediate_size=FFN, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
                                    patch_size=4, frequency_stride=4, time_stride=4, max_length=16, num_mel_bins=8,
                                    num_labels=3)
    model = transformers.ASTForAudioClassification(config)
    return see("audio-spectrogram-transformer", "torchscript", 14, model,
               lambda m: m.audio_spectrogram_transformer.embeddings, "input_values", (16, 8), "audio-classification")


# ------------------------------------------------------------------------------------------------------- main


FUSED = {"ernie-qa-fused": "bert"}  # cases that ONNX Runtime's optimizer fuses, as models of this type


def refined(export):
    """Exporting; fusing where that is asked for; and dropping what the dynamo exporter notes of every node but its module,
    which is most of a tiny file."""

    def slim(g: GraphSpec, c: Case, path) -> None:
        export(g, c, path)
        model_type = FUSED.get(path.parents[1].name)
        if model_type:
            optimizer.optimize_model(str(path), model_type, HEADS, HIDDEN).save_model_to_file(str(path))
        model = onnx.load(str(path))
        for node in model.graph.node:
            kept = [p for p in node.metadata_props if p.key == "pkg.torch.onnx.name_scopes"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
        onnx.save(model, str(path))

    return slim


if __name__ == "__main__":
    make_cases.export = refined(make_cases.export)
    sys.exit(main(MORE))
