"""PyTorch, through `transformers`.

A job's `kind`: `bfloat16` is what PyTorch's CPU guide recommends where the processor multiplies
bfloat16; `fbgemm` and `onednn` are its dynamic int8 of linear layers, on one library or the other.
"""

from __future__ import annotations

import torch
import transformers
from torch import nn

from .generation import generate
from .job import Job, Peer, serve


def load(job: Job) -> Peer:
    """Opens the checkpoint and brings its weights to the kind that is asked for."""
    torch.set_num_threads(job.settings.get("threads", job.threads))
    kind = job.settings.get("kind", "bfloat16")
    dtype = torch.bfloat16 if kind == "bfloat16" else torch.float32
    model = transformers.T5ForConditionalGeneration.from_pretrained(job.model, dtype=dtype).eval()
    if kind != "bfloat16":
        torch.backends.quantized.engine = kind
        model = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
    return lambda request: generate(model, request)


if __name__ == "__main__":
    serve(f"torch {torch.__version__}, transformers {transformers.__version__}", load)
