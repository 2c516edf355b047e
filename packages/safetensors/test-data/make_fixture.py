"""Write every-dtype.safetensors with the reference implementation: pip install torch safetensors"""

from pathlib import Path

import torch
from safetensors.torch import save_file

DTYPES = {
    "bool": torch.bool,
    "uint8": torch.uint8,
    "int8": torch.int8,
    "int16": torch.int16,
    "uint16": torch.uint16,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int32": torch.int32,
    "uint32": torch.uint32,
    "float32": torch.float32,
    "float64": torch.float64,
    "int64": torch.int64,
    "uint64": torch.uint64,
}

# One tensor per dtype, of an odd size, and two more of one dtype to see the order of names.
tensors = {f"a {dtype}": torch.tensor([[0, 1, 1]]).to(torch_dtype) for dtype, torch_dtype in DTYPES.items()}
tensors["Z"] = torch.tensor(2.5)
tensors["é\"\\\n"] = torch.zeros(0, 4)

save_file(tensors, Path(__file__).parent / "every-dtype.safetensors", {"format": "pt"})
