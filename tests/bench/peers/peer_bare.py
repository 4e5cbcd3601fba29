"""The passes that an edit of slots consists of, as bare ONNX Runtime sessions: the encoder, then
32 positions of the decoder with the keys and values of its cross-attention. No tokenizer, no head
(`head`: with the head of the whole vocabulary), nothing read from the outputs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from .job import Answer, Job, Peer, Request, serve

POSITIONS = 32


def session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session with ONNX Runtime's defaults but for the threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(graph), sess_options=options, providers=["CPUExecutionProvider"]
    )


def load(job: Job) -> Peer:
    """Opens both graphs."""
    onnxruntime.disable_telemetry_events()
    folder = Path(job.model)
    encoder = session(folder / "encoder.onnx", job.threads)
    name = "decoder_with_head.onnx" if job.settings.get("head") else "decoder.onnx"
    decoder = session(folder / name, job.threads)
    wanted = {i.name for i in decoder.get_inputs()}
    outputs = [decoder.get_outputs()[0].name]
    slots = np.full((1, POSITIONS), 2, dtype=np.int64)

    def peer(request: Request) -> Answer:
        source = np.array([request.source], dtype=np.int64)
        mask = np.ones_like(source)
        (states,) = encoder.run(
            ["last_hidden_state"], {"input_ids": source, "attention_mask": mask}
        )
        feeds = {"input_ids": slots, "encoder_hidden_states": states}
        feeds |= {"encoder_attention_mask": mask} if "encoder_attention_mask" in wanted else {}
        decoder.run(outputs, feeds)
        return None, 1

    return peer


if __name__ == "__main__":
    serve(f"onnxruntime {onnxruntime.__version__}", load)
