"""Writes scikit-learn.json: what scikit-learn makes of some seeded predictions. Needs numpy and scikit-learn.

scikit-learn has no calibration error; it is computed here as the code that came with Guo et al. 2017 does
(github.com/gpleiss/temperature_scaling, class _ECELoss).
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

warnings.filterwarnings("ignore")


def calibration_error(probabilities, labels, bins=15):
    confidences, predictions = probabilities.max(1), probabilities.argmax(1)
    bounds = np.linspace(0, 1, bins + 1)
    error = 0.0
    for lower, upper in zip(bounds[:-1], bounds[1:]):
        inside = (confidences > lower) & (confidences <= upper)
        if inside.any():
            gap = abs(confidences[inside].mean() - (predictions[inside] == labels[inside]).mean())
            error += gap * inside.mean()
    return error


def case(name, seed, examples, classes, sharpness, never=()):
    random = np.random.default_rng(seed)
    labels = random.integers(classes, size=examples)
    labels = np.where(np.isin(labels, never), 0, labels)
    logits = random.normal(size=(examples, classes)) + sharpness * np.eye(classes)[labels]
    logits[:, list(never)] -= 50
    logits = np.round(logits, 3).astype(np.float32)
    wide = logits.astype(np.float64)
    probabilities = np.exp(wide - wide.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    predictions = wide.argmax(1)
    every = list(range(classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=every, zero_division=0
    )
    return {
        "name": name,
        "classes": classes,
        "logits": [round(float(value), 3) for value in logits.ravel()],
        "labels": labels.tolist(),
        "values": {
            "accuracy": metrics.accuracy_score(labels, predictions),
            "macroF1": metrics.f1_score(labels, predictions, average="macro"),
            "microF1": metrics.f1_score(labels, predictions, average="micro"),
            "matthews": metrics.matthews_corrcoef(labels, predictions),
            "calibrationError": calibration_error(probabilities, labels),
            "logLoss": metrics.log_loss(labels, probabilities, labels=every),
        },
        "scores": [
            {"precision": p, "recall": r, "f1": f, "support": int(s)}
            for p, r, f, s in zip(precision.tolist(), recall.tolist(), f1.tolist(), support)
        ],
        "confusion": metrics.confusion_matrix(labels, predictions, labels=every).tolist(),
    }


fixture = {
    "source": f"scikit-learn {sklearn.__version__}, make_fixture.py",
    "cases": [
        case("two classes", 1, 40, 2, 1.5),
        case("five classes", 2, 60, 5, 1.0),
        case("worse than guessing", 3, 30, 3, -1.0),
        case("a class that never occurs", 4, 30, 4, 1.0, never=[2]),
        case("one class only", 5, 6, 2, 1.0, never=[1]),
        case("sure of everything", 6, 30, 3, 60.0),
    ],
}
Path(__file__).with_name("scikit-learn.json").write_text(json.dumps(fixture) + "\n")
