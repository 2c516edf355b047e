"""Base models that are made in a moment: two layers, two heads, width 32, and weights that nobody looks at."""

from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    RobertaConfig,
    RobertaForSequenceClassification,
    T5Config,
    T5ForConditionalGeneration,
)

WIDTH = 32
LABELS = 3
BERT = {
    "vocab_size": 60,
    "hidden_size": WIDTH,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "num_labels": LABELS,
}


def bert():
    return BertForSequenceClassification(BertConfig(**BERT))


def bert_features():
    return BertModel(BertConfig(**BERT))


def bert_tags():
    return BertForTokenClassification(BertConfig(**BERT))


def bert_answers():
    return BertForQuestionAnswering(BertConfig(**{**BERT, "num_labels": 2}))


def roberta():
    return RobertaForSequenceClassification(RobertaConfig(**BERT))


def distilbert():
    return DistilBertForSequenceClassification(
        DistilBertConfig(vocab_size=60, dim=WIDTH, hidden_dim=64, n_layers=2, n_heads=2, num_labels=LABELS)
    )


def gpt2():
    return GPT2LMHeadModel(GPT2Config(vocab_size=60, n_embd=WIDTH, n_layer=2, n_head=2, n_positions=64))


def t5():
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=60, d_model=WIDTH, d_kv=16, d_ff=64, num_layers=2, num_heads=2, decoder_start_token_id=0
        )
    )
