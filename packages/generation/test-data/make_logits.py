#!/usr/bin/env python3
"""Make `logits.json`: what transformers' logits processors make of random logits.

    python make_logits.py > logits.json
"""

import json

import torch
from transformers.generation.logits_process import (RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper,
                                                    TopKLogitsWarper, TopPLogitsWarper)

CASES = [
    {"repetitionPenalty": 1.3},
    {"repetitionPenalty": 0.8},
    {"temperature": 0.7},
    {"temperature": 2.5},
    {"topK": 1},
    {"topK": 5},
    {"topK": 100},
    {"topP": 0.1},
    {"topP": 0.5},
    {"topP": 0.95},
    {"topP": 1.0},
    {"repetitionPenalty": 1.5, "temperature": 0.6, "topK": 8, "topP": 0.9},
]
PROCESSORS = {"repetitionPenalty": RepetitionPenaltyLogitsProcessor, "temperature": TemperatureLogitsWarper,
              "topK": TopKLogitsWarper, "topP": TopPLogitsWarper}

torch.manual_seed(0)
cases = []
for options in CASES:
    logits, ids = 3 * torch.randn(1, 24), torch.randint(0, 24, (1, 6))
    result = logits
    for name, value in options.items():
        result = PROCESSORS[name](value)(ids, result)
    rounded = lambda x: [None if v == float("-inf") else float(f"{v:.8g}") for v in x[0].tolist()]
    cases.append({"options": options, "ids": ids[0].tolist(), "logits": rounded(logits), "expected": rounded(result)})
print("[\n " + ",\n ".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]")
