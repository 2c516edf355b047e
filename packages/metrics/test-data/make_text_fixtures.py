"""Writes what the original libraries make of some texts, tags and rankings.

    pip install sacrebleu rouge-score seqeval scikit-learn

- sacrebleu.json: BLEU, chrF and chrF++, of corpora and of single sentences, and the tokenizer 13a
- rouge-score.json: ROUGE-1/2/L with and without stemming, and NLTK's Porter stems
- seqeval.json: entities, and scores over them, leniently and strictly
- ranking.json: scikit-learn's nDCG; and its average precision, which is the reciprocal rank if one document is relevant
- squad.json: exact match and F1. SQuAD's evaluation script is in no package: `squad` states its rules again
"""

import json
import random
import re
import string
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from seqeval import metrics as seqeval
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, IOBES, Entities
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score

warnings.filterwarnings("ignore")

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "It cost 1,000.50 dollars, i.e. 3-4 times as much as in 1999-2000.",
    "“Never again”, she said; nobody (not even I) believed her!",
    "Don't use <b>bold</b> text &amp; don't write &quot;quotes&quot; so: &lt;x&gt;.",
    "Der schnelle braune Fuchs springt über den faulen Hund — täglich.",
    "Le cœur a ses raisons que la raison ne connaît point.",
    "她 每天 早上 六点 起床 。 然后 跑步 。",
    "Emoji 😀👍🏽 and e\u0301 accents, e.g. naïve café's; 50% off @home #1 [sic] {x} ~y^2",
    "A hyphen-\nated word, two\nlines, a <skipped> tag\tand a no\u00a0break\u3000space",
    "the the the the cat cat sat on on on the mat mat",
    "Runners were running; the studies studied flying, relational and traditionally useful analogies.",
    "ok",
    "Yes.",
]
ODD = ["", "   ", ".", "-\n", "a-\n", "a", "a b", "...", "1.", ".5", "3.14.15", "12-34", "x-1", "(hi)", "I'm", "&amp;lt;"]


def changed(text, rng):
    """A guess at the text: words dropped, doubled, moved, in other case."""
    words = text.split(" ")
    out = []
    for word in words:
        out += {0: [], 1: [word, word], 2: [word.upper()], 3: [word[: len(word) // 2 + 1]]}.get(rng.randrange(12), [word])
    if len(out) > 2 and rng.random() < 0.5:
        i = rng.randrange(len(out) - 1)
        out[i], out[i + 1] = out[i + 1], out[i]
    return " ".join(out)


def corpus(name, seed, references=1, texts=SENTENCES):
    rng = random.Random(seed)
    count = (lambda: references) if references else (lambda: rng.randint(1, 3))
    pairs = [(changed(text, rng), [changed(text, rng) for _ in range(count() - 1)] + [text]) for text in texts]
    return {"name": name, "predictions": [p for p, _ in pairs], "references": [r for _, r in pairs]}


def identical(name, texts):
    return {"name": name, "predictions": texts, "references": [[text] for text in texts]}


CORPORA = [
    corpus("one reference", 1),
    corpus("one reference, again", 2),
    corpus("three references", 3, references=3),
    corpus("one to three references", 4, references=None),
    corpus("short sentences", 5, references=2, texts=["good morning all", "yes, sir", "a b c", "no"]),
    {"name": "odd texts", "predictions": ODD, "references": [[text, other] for text, other in zip(ODD, reversed(ODD))]},
    {"name": "nothing in common", "predictions": ["a b c d e", "f g"], "references": [["v w x y z"], ["u"]]},
    {"name": "no fourgram in common", "predictions": ["a b c x y z"], "references": [["a b c d e f"]]},
    {"name": "references as close in length", "predictions": ["a b c d e f"], "references": [["a b c d e x y z", "a b c d"]]},
    {"name": "empty predictions", "predictions": ["", " "], "references": [["a b c d"], ["x"]]},
    {"name": "empty references", "predictions": ["a b c d", "x"], "references": [[""], ["", "x y"]]},
    identical("identical", SENTENCES),
]


def transposed(references):
    """sacreBLEU has a list for each first, second, … reference, with None where there is none."""
    most = max(map(len, references))
    return [[refs[i] if i < len(refs) else None for refs in references] for i in range(most)]


def sacrebleu():
    bleus = {"default": {}, "lowercase": {"lowercase": True}, "effectiveOrder": {"effective_order": True}, "maxOrder2": {"max_ngram_order": 2}}
    chrfs = {"chrf": {}, "chrf++": {"word_order": 2}, "lowercase": {"lowercase": True, "word_order": 2}, "beta1": {"beta": 1, "char_order": 4}}

    def bleu(predictions, references, options):
        score = BLEU(**options).corpus_score(predictions, transposed(references))
        values = {"bleu": score.score, "brevityPenalty": score.bp, "lengthRatio": score.ratio}
        return values | {f"precision{i + 1}": p for i, p in enumerate(score.precisions)}

    def sentence(prediction, references):
        return {
            "bleu": BLEU(effective_order=True).sentence_score(prediction, references).score,
            "chrf": CHRF().sentence_score(prediction, references).score,
            "chrf++": CHRF(word_order=2).sentence_score(prediction, references).score,
        }

    tokenize = Tokenizer13a()
    texts = [text for case in CORPORA for text in case["predictions"]] + SENTENCES
    return {
        "source": f"sacrebleu {version('sacrebleu')}",
        "tokens": [[text, tokenize(text.rstrip()).split()] for text in dict.fromkeys(texts)],
        "corpora": [
            case
            | {
                "bleu": {name: bleu(case["predictions"], case["references"], options) for name, options in bleus.items()},
                "chrf": {
                    name: CHRF(**options).corpus_score(case["predictions"], transposed(case["references"])).score
                    for name, options in chrfs.items()
                },
                "sentences": [sentence(p, r) for p, r in zip(case["predictions"], case["references"])],
            }
            for case in CORPORA
        ],
    }


def words_to_stem():
    roots = "adopt agre analog bl cease comput control dependen digit enjoy fail fizz fl form hop hope lie marri observ opera plaster rat relat sens sk study tr use valu verify y"
    endings = "s es ed ing eed ies ied y e er ement ment ent ion ation ational ization izer ate ator al ally alli ive iveness ful fully fulli fulness ness ous ousli ousness able ably bli ible ibility ity iti ic ical icate ism alism ll lled logi entli eli anci enci"
    irregular = "sky skies dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed"
    short = "a is bys ow owe dies flies ties died spied happy by say says yyyy add 1990s x2 are use used"
    words = irregular.split() + short.split()
    words += [root + ending for root in roots.split() for ending in endings.split()]
    words += re.findall("[a-z0-9]+", " ".join(SENTENCES).lower())
    return sorted(set(words))


def rouge():
    kinds = ["rouge1", "rouge2", "rougeL"]

    def score(scorer, references, prediction):
        scores = scorer.score_multi(references, prediction)
        return {kind: {"precision": s.precision, "recall": s.recall, "f1": s.fmeasure} for kind, s in scores.items()}

    def mean(scores):
        return {kind: {part: float(np.mean([s[kind][part] for s in scores])) for part in ("precision", "recall", "f1")} for kind in kinds}

    def scored(case, stemming):
        scorer = RougeScorer(kinds, use_stemmer=stemming)
        scores = [score(scorer, refs, p) for p, refs in zip(case["predictions"], case["references"])]
        return {"examples": scores, "mean": mean(scores)}

    stem = PorterStemmer().stem
    return {
        "source": f"rouge-score {version('rouge-score')}, nltk {version('nltk')}",
        "stems": {word: stem(word) for word in words_to_stem()},
        "corpora": [case | {"plain": scored(case, False), "stemmed": scored(case, True)} for case in CORPORA],
    }


def tags(rng, prefixes, length):
    kinds = ["PER", "LOC", "MISC-X"]
    return [rng.choice(["O", "O"] + [f"{prefix}-{rng.choice(kinds)}" for prefix in prefixes]) for _ in range(length)]


def noisy(rng, sequence, prefixes):
    return [tag if rng.random() < 0.7 else tags(rng, prefixes, 1)[0] for tag in sequence]


def well_formed(rng, scheme, length):
    out = []
    while len(out) < length:
        size, kind = rng.randint(1, 3), rng.choice(["PER", "LOC"])
        if rng.random() < 0.5:
            out += ["O"]
        elif scheme == "IOBES":
            out += [f"S-{kind}"] if size == 1 else [f"B-{kind}"] + [f"I-{kind}"] * (size - 2) + [f"E-{kind}"]
        else:
            out += [f"B-{kind}"] + [f"I-{kind}"] * (size - 1)
    return out


def tagging():
    schemes = {"IOB2": IOB2, "IOBES": IOBES}

    def scores(truth, predictions, **mode):
        def averages(average):
            return [
                float(measure(truth, predictions, average=average, zero_division=0, **mode))
                for measure in (seqeval.precision_score, seqeval.recall_score, seqeval.f1_score)
            ]

        report = seqeval.classification_report(truth, predictions, output_dict=True, zero_division=0, **mode)
        types = {name: row for name, row in report.items() if not name.endswith(" avg")}
        names = ["precision", "recall", "f1", "macroPrecision", "macroRecall", "macroF1", "accuracy"]
        values = averages("micro") + averages("macro") + [seqeval.accuracy_score(truth, predictions)]
        return {
            "values": dict(zip(names, values)),
            "types": [
                {"type": name, "precision": float(row["precision"]), "recall": float(row["recall"]), "f1": float(row["f1-score"]), "support": int(row["support"])}
                for name, row in sorted(types.items())
            ],
        }

    def case(name, seed, scheme, truth_of, count=12):
        rng = random.Random(seed)
        prefixes = "BI" if scheme == "IOB2" else "BIES"
        truth = [truth_of(rng, prefixes, rng.randint(1, 14)) for _ in range(count)]
        predictions = [noisy(rng, sequence, prefixes) for sequence in truth]
        strict = Entities(predictions, schemes[scheme]).entities
        return {
            "name": name,
            "scheme": scheme,
            "references": truth,
            "predictions": predictions,
            "entities": [[[kind, start, end + 1] for kind, start, end in get_entities(sequence)] for sequence in predictions],
            "strictEntities": [[[e.tag, e.start, e.end] for e in sequence] for sequence in strict],
            "lenient": scores(truth, predictions),
            "strict": scores(truth, predictions, mode="strict", scheme=schemes[scheme]),
        }

    formed = lambda scheme: lambda rng, prefixes, length: well_formed(rng, scheme, length)
    return {
        "source": f"seqeval {version('seqeval')}",
        "cases": [
            case("IOB2", 1, "IOB2", formed("IOB2")),
            case("IOBES", 2, "IOBES", formed("IOBES")),
            case("any tags of IOB2", 3, "IOB2", tags),
            case("any tags of IOBES", 4, "IOBES", tags, count=30),
        ],
    }


def ranking():
    def query(rng, documents, grades, levels):
        """Few levels make for equal scores."""
        relevance = rng.integers(grades, size=documents)
        scores = np.round(rng.normal(size=documents) + relevance / 2, 3) if levels is None else rng.integers(levels, size=documents)
        return scores.tolist(), relevance.tolist()

    def one_relevant(rng, documents, levels):
        return rng.integers(levels, size=documents).tolist(), np.eye(documents, dtype=int)[rng.integers(documents)].tolist()

    rng = np.random.default_rng(1)
    graded = [query(rng, documents, grades, levels) for documents in (2, 5, 30) for grades in (2, 4) for levels in (None, 3, 1)]
    graded.append(([3, 2, 1], [0, 0, 0]))
    single = [one_relevant(rng, documents, levels) for documents in (2, 6, 20) for levels in (1000, 4)]

    def ndcg(scores, relevance):
        return {"all" if k is None else str(k): float(ndcg_score([relevance], [scores], k=k)) for k in (None, 1, 3, 10)}

    exponential = lambda relevance: [2**grade - 1 for grade in relevance]
    return {
        "source": f"scikit-learn {version('scikit-learn')}",
        "graded": [
            {"scores": s, "relevance": r, "linear": ndcg(s, r), "exponential": ndcg(s, exponential(r))} for s, r in graded
        ],
        "single": [
            {"scores": s, "relevance": r, "reciprocalRank": float(label_ranking_average_precision_score([r], [s]))}
            for s, r in single
        ],
    }


def squad():
    """github.com/rajpurkar/SQuAD-explorer, evaluate-v1.1.py: the same steps in the same order."""

    def normalized(answer):
        kept = "".join(letter for letter in answer.lower() if letter not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", kept).split()

    def f1(prediction, reference):
        shared = sum((Counter(prediction) & Counter(reference)).values())
        if shared == 0:
            return 0.0
        precision, recall = shared / len(prediction), shared / len(reference)
        return 2 * precision * recall / (precision + recall)

    def score(prediction, references):
        answer, accepted = normalized(prediction), [normalized(reference) for reference in references]
        return {"exactMatch": 100.0 * (answer in accepted), "f1": 100.0 * max(f1(answer, other) for other in accepted)}

    answers = [
        ["The Eiffel Tower!", ["Eiffel Tower", "the tower"]],
        ["in  the\tU.S.A. ", ["USA", "US"]],
        ["Ça va à l'hôtel", ["ça va l'hotel", "a hotel"]],
        ["thé a la menthe", ["the a la menthe"]],
        ["an a the", ["the"]],
        ["", [""]],
        ["2,000", ["2000", "two thousand"]],
        ["another theme", ["other theme", "an other the theme"]],
        ["ana _the_ x_a", ["ana x_a", "ana"]],
        ["“the” end", ["end"]],
        ["Don't", ["dont"]],
        ["no idea", ["yes"]],
    ]
    answers += [[p, r] for case in CORPORA[:4] for p, r in zip(case["predictions"], case["references"])]
    scores = [score(*answer) for answer in answers]
    return {
        "source": "the rules of SQuAD's evaluate-v1.1.py",
        "predictions": [p for p, _ in answers],
        "references": [r for _, r in answers],
        "normalized": [" ".join(normalized(p)) for p, _ in answers],
        "examples": scores,
        "mean": {name: sum(s[name] for s in scores) / len(scores) for name in ("exactMatch", "f1")},
    }


for name, make in {"sacrebleu": sacrebleu, "rouge-score": rouge, "seqeval": tagging, "ranking": ranking, "squad": squad}.items():
    text = json.dumps(make(), ensure_ascii=False, separators=(",", ":"))
    Path(__file__).with_name(f"{name}.json").write_text(text + "\n", encoding="utf-8")
