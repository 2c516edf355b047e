"""Write the adapters in peft/ with real PEFT: pip install torch transformers peft

Every trained tensor is filled with numbers that a test can compute: entry k of the flattened tensor is k/32 modulo 4, which bfloat16
holds exactly, and heads have them negative.
"""

import shutil
from pathlib import Path

import models
import torch
from peft import (
    LoraConfig,
    PromptEncoderConfig,
    PromptTuningConfig,
    get_peft_model,
)

FOLDER = Path(__file__).parent / "peft"
VIRTUAL_TOKENS = 4


def fill(parameter, sign):
    numbers = torch.arange(parameter.numel()).reshape(parameter.shape) / 32 % 4
    parameter.data = (sign * numbers).to(parameter.dtype)


def save(name, base, config, dtype=torch.float32):
    model = get_peft_model(base, config)
    for parameter_name, parameter in model.named_parameters():
        if parameter.requires_grad:
            fill(parameter, 1 if "prompt" in parameter_name else -1)
    model.to(dtype)
    folder = FOLDER / name
    model.save_pretrained(folder)
    (folder / "README.md").unlink()


def prompt(task_type, **options):
    return PromptTuningConfig(task_type=task_type, num_virtual_tokens=VIRTUAL_TOKENS, **options)


shutil.rmtree(FOLDER, ignore_errors=True)
save("bert", models.bert(), prompt("SEQ_CLS"))
save("bert-float16", models.bert(), prompt("SEQ_CLS"), torch.float16)
save("roberta", models.roberta(), prompt("SEQ_CLS"))
# PEFT does not find these numbers under the names that DistilBERT gives them.
sizes = {"token_dim": models.WIDTH, "num_layers": 2, "num_attention_heads": 2}
save("distilbert", models.distilbert(), prompt("SEQ_CLS", **sizes))
save("gpt2-bfloat16", models.gpt2(), prompt("CAUSAL_LM"), torch.bfloat16)
save("t5", models.t5(), prompt("SEQ_2_SEQ_LM"))
save("p-tuning", models.bert(), PromptEncoderConfig(task_type="SEQ_CLS", num_virtual_tokens=VIRTUAL_TOKENS))
save("lora", models.bert(), LoraConfig(task_type="SEQ_CLS", r=2))
