"""Write optimizers.json, the numbers our optimizers are compared with: pip install torch transformers

Every case starts from the same three tensors and makes the same five steps with given gradients, so that a run is nothing but
the optimizer. Lion, which PyTorch does not have, is written out from Algorithm 2 of its paper (arXiv:2302.06675).
"""

import json
from pathlib import Path

import torch
from transformers import Adafactor

STEPS = 5
SHAPES = {"matrix": [3, 4], "vector": [5], "stack": [2, 3, 2]}
ADAFACTOR = {"scale_parameter": False, "relative_step": False, "warmup_init": False}


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                direction = (beta1 * m + (1 - beta1) * p.grad).sign()
                p.add_(direction + group["weight_decay"] * p, alpha=-group["lr"])
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


# Our optimizer, our options, learning rate, the reference.
CASES = [
    ("sgd", {}, 0.1, lambda p: torch.optim.SGD(p, lr=0.1)),
    ("sgd", {"weightDecay": 0.1}, 0.1, lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1)),
    (
        "sgd",
        {"momentum": 0.9, "weightDecay": 0.1},
        0.1,
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    ),
    (
        "sgd",
        {"momentum": 0.8, "nesterov": True},
        0.1,
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
    ),
    ("adam", {}, 0.1, lambda p: torch.optim.Adam(p, lr=0.1)),
    (
        "adam",
        {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1},
        0.1,
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
    ),
    ("adamw", {}, 0.1, lambda p: torch.optim.AdamW(p, lr=0.1)),
    (
        "adamw",
        {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.3},
        0.1,
        lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3),
    ),
    ("adafactor", {}, 0.3, lambda p: Adafactor(p, lr=0.3, **ADAFACTOR)),
    (
        "adafactor",
        {"weightDecay": 0.1, "decayRate": 0.6, "clippingThreshold": 0.5},
        0.3,
        lambda p: Adafactor(p, lr=0.3, weight_decay=0.1, decay_rate=-0.6, clip_threshold=0.5, **ADAFACTOR),
    ),
    ("adafactor", {"momentum": 0.9}, 0.3, lambda p: Adafactor(p, lr=0.3, beta1=0.9, **ADAFACTOR)),
    ("lion", {}, 0.01, lambda p: Lion(p, lr=0.01)),
    (
        "lion",
        {"beta1": 0.8, "beta2": 0.9, "weightDecay": 0.5},
        0.01,
        lambda p: Lion(p, lr=0.01, betas=(0.8, 0.9), weight_decay=0.5),
    ),
]


def flat(tensors):
    return {name: tensor.flatten().tolist() for name, tensor in tensors.items()}


generator = torch.Generator().manual_seed(7)
start = {name: torch.randn(shape, generator=generator) for name, shape in SHAPES.items()}
gradients = [
    {name: torch.randn(shape, generator=generator) * 10.0 ** (step - 2) for name, shape in SHAPES.items()}
    for step in range(STEPS)
]

cases = []
for optimizer, options, rate, make in CASES:
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in start.items()}
    reference = make(list(parameters.values()))
    trace = []
    for gradient in gradients:
        for name, parameter in parameters.items():
            parameter.grad = gradient[name].clone()
        reference.step()
        trace.append(flat({name: p.detach() for name, p in parameters.items()}))
    cases.append({"optimizer": optimizer, "options": options, "rate": rate, "trace": trace})

data = {"shapes": SHAPES, "start": flat(start), "gradients": [flat(g) for g in gradients], "cases": cases}
Path(__file__).with_name("optimizers.json").write_text(json.dumps(data) + "\n")
