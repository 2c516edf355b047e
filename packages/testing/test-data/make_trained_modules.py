#!/usr/bin/env python3
"""Make `trained-modules/*.json`: what PyTorch computes for conformance cases when modules of the model are trained too.

    python make_trained_modules.py --out trained-modules [--only NAME ...]

The models are those of make_cases.py and make_more_cases.py (the seeds are derived from the names), the prompts those of the
cases' case.json, and so are reference, precision and optimizer. Beside the prompt, the parameters of the modules whose names
end with one of `modulesToSave` are trained, as PEFT chooses them; `gradients` are called and shaped as in the model. Some are
saved by PEFT after the last step, with the logits that they then have.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import torch
from make_cases import ADAMW, SHARED, STEPS, Case, Reference, compact, randomize
from make_more_cases import MORE

MODULES = {
    "bert-seqcls": ["classifier"],
    "bert-seqcls-dynamo": ["classifier", "pooler"],
    "distilbert-mlm": ["vocab_transform", "vocab_layer_norm"],
    "gpt2-causal": ["ln_f", "h.1.attn.c_proj"],
    "t5-seq2seq-split": ["final_layer_norm", "layer.0.SelfAttention.o"],
    "roberta-seqcls": ["classifier"],
    "xlm-roberta-tokencls": ["classifier"],
    "electra-tokencls-dynamo": ["classifier"],
}

# Of which PEFT itself saves what was trained, in peft/.
SAVED = ["roberta-seqcls", "xlm-roberta-tokencls"]


def build(name: str) -> tuple[Case, torch.Tensor]:
    """The case's model and prompt, as make_cases.py makes them."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    case = {**SHARED, **MORE}[name]()
    torch.manual_seed(seed)
    randomize(case.model, case.std)
    prompt = torch.tensor([[round(x, 4) for x in row] for row in (0.3 * torch.randn(case.n, case.width)).tolist()])
    return case, prompt


def chosen(reference: Reference, modules: list[str]) -> dict[str, torch.nn.Parameter]:
    """The parameters of these modules, by their names in the model."""
    found = {}
    for name, parameter in reference.model.named_parameters():
        own = name.removeprefix("base_model.").replace("modules_to_save.default.", "")
        path = own.split(".")[:-1]
        within = [".".join(path[:i + 1]) for i in range(len(path))]
        if ".original_module." not in name and any(module.endswith(entry) for module in within for entry in modules):
            found[own] = parameter
    return found


def expectations(case: Case, prompt: torch.Tensor, modules: list[str], adapter: Path | None) -> dict[str, Any]:
    reference = Reference(case, case.reference, getattr(torch, case.precision), prompt)
    weights = chosen(reference, modules)
    for parameter in weights.values():
        parameter.requires_grad_(True)
    trained = [reference.prompt, *weights.values()]
    optimizer = torch.optim.AdamW(trained, lr=ADAMW["lr"], betas=tuple(ADAMW["betas"]), eps=ADAMW["eps"],
                                  weight_decay=ADAMW["weightDecay"])
    variant, trace, gradients = case.variants[0], [], {}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss, _ = reference.run(variant)
        loss.backward()
        trace.append(loss.item())
        if step == 0:
            gradients = {name: parameter.grad.clone() for name, parameter in weights.items()}
            prompt_gradient = reference.prompt.grad.clone()
        optimizer.step()
    with torch.no_grad():
        after, output = reference.run(variant)
    if adapter is not None:
        reference.model.float().save_pretrained(adapter)
        (adapter / "README.md").unlink()
    return {"loss": trace[0], "gradPrompt": prompt_gradient, "gradients": gradients, "lossTrace": trace,
            "lossAfter": after.item(), **({"logitsAfter": output} if adapter else {})}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.only or MODULES:
        case, prompt = build(name)
        folder = "conformance" if name in SHARED else "conformance-more"
        adapter = args.out / "peft" / name if name in SAVED else None
        data = {"case": f"{folder}/{name}", "modulesToSave": MODULES[name],
                "expected": expectations(case, prompt, MODULES[name], adapter)}
        lines = [f"{json.dumps(k)}: {json.dumps(compact(v), separators=(',', ':'))}" for k, v in data.items()]
        (args.out / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"ok {name} {list(data['expected']['gradients'])}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
