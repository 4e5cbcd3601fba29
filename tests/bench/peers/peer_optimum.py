"""ONNX Runtime's decode loop as Optimum has it, on int8 graphs that Optimum exported."""

from __future__ import annotations

from importlib.metadata import version

import onnxruntime
import torch
from optimum.onnxruntime import ORTModelForSeq2SeqLM

from .generation import generate
from .job import Job, Peer, serve


def load(job: Job) -> Peer:
    """Opens encoder and decoder; Optimum's own defaults but for the threads."""
    torch.set_num_threads(1)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job.threads
    options.inter_op_num_threads = 1
    model = ORTModelForSeq2SeqLM.from_pretrained(
        job.model,
        session_options=options,
        provider="CPUExecutionProvider",
        use_io_binding=job.settings.get("binding", False),
        **job.settings.get("files", {}),
    )
    return lambda request: generate(model, request)


if __name__ == "__main__":
    serve(f"optimum-onnx {version('optimum-onnx')}, onnxruntime {onnxruntime.__version__}", load)
