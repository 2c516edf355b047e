"""Load adapters that we write into real PEFT, compare every tensor, and run each model once.

Run in packages/adapter, by hand: pip install torch transformers peft; python test-data/check_in_peft.py
"""

import subprocess
import tempfile
from pathlib import Path

import models
import torch
from peft import PeftModel


def numbers(*shape, sign=1):
    return sign * (torch.arange(torch.Size(shape).numel()).reshape(shape) / 32 % 4)


def check(name, actual, expected):
    assert torch.equal(actual, expected), f"{name} differs"


with tempfile.TemporaryDirectory() as folder:
    command = ["npx", "tsx", "--conditions=@incipit/source", "test-data/write_for_peft.ts", folder]
    subprocess.run(command, check=True)
    ids = torch.tensor([[5, 6, 7]])
    for name in ["bert", "bert_modules", "bert_features", "bert_tags", "bert_answers", "gpt2", "t5"]:
        model = PeftModel.from_pretrained(getattr(models, name.removesuffix("_modules"))(), Path(folder) / name)
        check("prompt", model.prompt_encoder["default"].embedding.weight, numbers(4, 32))
        if name == "bert_modules":
            pooler = model.base_model.bert.pooler.modules_to_save["default"]
            check("pooler weight", pooler.dense.weight, numbers(32, 32, sign=-1))
            check("pooler bias", pooler.dense.bias, numbers(32, sign=-1))
        if name == "bert_answers":
            head = model.base_model.qa_outputs.modules_to_save["default"]
            check("head weight", head.weight, numbers(2, 32, sign=-1))
            check("head bias", head.bias, numbers(2, sign=-1))
        if name in ("bert", "bert_modules", "bert_tags"):
            head = model.base_model.classifier.modules_to_save["default"]
            check("head weight", head.weight, numbers(3, 32, sign=-1))
            check("head bias", head.bias, numbers(3, sign=-1))
        with torch.no_grad():
            outputs = model(input_ids=ids, **({"labels": ids} if name == "t5" else {}))
        finite = all(value.isfinite().all() for value in outputs.values() if torch.is_tensor(value))
        print(f"{name}: {type(model).__name__} has our tensors, outputs finite: {finite}")
