"""Writes offsets.json: small tokenizers of every kind, and the offsets that Hugging Face's own library tells of some texts.

    pip install tokenizers==0.23.3
    python make_offsets.py
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

CORPUS = [
    "The quick brown fox jumps over the lazy dog, and the dog sleeps.",
    "In 1998 (or 1999) the café in São Paulo opened; naïve people came.",
    "Unaffable words, unaffordable words, the best words and the lowest words.",
    "Tokyo and Kyoto are cities; 東京 and 京都 are their names.",
    "She said: don't, can't and won't. It's the cat's hat!",
    "हिन्दी में लिखा हुआ वाक्य। ΟΔΥΣΣΕΥΣ και ὁδός.",
] * 4

TEXTS = [
    "The lowest fox and the fox, the fox!",
    "A café, a cafe\u0301 and a CAFÉ in São Paulo.",
    "Who opened  it\tin\n(1998)?  No one...",
    "東京 and 京都are",
    "don't can't It's",
    "I 👍🏽 the 🦊 fox 🏳️‍🌈 unaffable",
    "हिन्दी में ΟΔΥΣΣΕΥ",
    "\ufb01ne ½ ① ｆｕｌｌ",
    "  leading and trailing  ",
    "zero\u200bwidth soft\u00adhyphen",
    "ŽŽ xyzzy ŽŽ the ŽŽ",
    "the [MASK] of the fox",
    "ß Straße İstanbul",
    "",
]

SPECIAL = ["[UNK]", "[PAD]", "[MASK]"]


def train(model, trainer, normalizer, pre_tokenizer, decoder, **options):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoder
    tokenizer.train_from_iterator(CORPUS, trainer(special_tokens=[AddedToken(t, special=True) for t in SPECIAL], show_progress=False, **options))
    return tokenizer


def bert(lowercase):
    return normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=lowercase, lowercase=lowercase)


metaspace = pre_tokenizers.Metaspace()
TOKENIZERS = {
    "WordPiece, lower case": train(
        models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer, bert(True), pre_tokenizers.BertPreTokenizer(), decoders.WordPiece(), vocab_size=160,
    ),
    "WordPiece, cased": train(
        models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer, bert(False), pre_tokenizers.BertPreTokenizer(), decoders.WordPiece(), vocab_size=160,
    ),
    "byte-level BPE": train(
        models.BPE(), trainers.BpeTrainer, None, pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel(),
        vocab_size=360, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ),
    "byte-level BPE with a space in front": train(
        models.BPE(), trainers.BpeTrainer, normalizers.NFC(), pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel(),
        vocab_size=360, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ),
    "BPE of words that end": train(
        models.BPE(unk_token="[UNK]", end_of_word_suffix="</w>"), trainers.BpeTrainer, normalizers.Lowercase(), pre_tokenizers.BertPreTokenizer(),
        decoders.BPEDecoder(), vocab_size=200, end_of_word_suffix="</w>",
    ),
    "BPE that falls back to bytes": train(
        models.BPE(unk_token="[UNK]", fuse_unk=True, byte_fallback=True), trainers.BpeTrainer,
        normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None, decoders.ByteFallback(),
        vocab_size=420, limit_alphabet=60, initial_alphabet=[],
    ),
    "Unigram": train(
        models.Unigram(), trainers.UnigramTrainer, normalizers.NFKC(), metaspace, decoders.Metaspace(), vocab_size=180, unk_token="[UNK]",
    ),
}


def with_bytes(tokenizer):
    """The trainer makes no tokens of bytes."""
    data = json.loads(tokenizer.to_str())
    vocab = data["model"]["vocab"]
    for byte in range(256):
        vocab.setdefault(f"<0x{byte:02X}>", len(vocab))
    return Tokenizer.from_str(json.dumps(data))


def utf16(text, offsets):
    """Offsets in code units of UTF-16, as JavaScript counts, without the whitespace around."""
    start, end = offsets
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [len(text[:i].encode("utf-16-le")) // 2 for i in (start, end)]


cases = []
for name, tokenizer in TOKENIZERS.items():
    if "falls back" in name:
        tokenizer = with_bytes(tokenizer)
    encoded = [(text, tokenizer.encode(text, add_special_tokens=False)) for text in TEXTS]
    cases.append({
        "name": name,
        "tokenizer": json.loads(tokenizer.to_str()),
        "texts": [{"text": t, "ids": e.ids, "offsets": [utf16(t, o) for o in e.offsets]} for t, e in encoded],
    })

Path(__file__).with_name("offsets.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
