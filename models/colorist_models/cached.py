"""Runs the graphs of `t5_graphs` from Python, to measure and to test them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort

from .t5_graphs import FARTHEST, HIDDEN


def session(path: Path, threads: int = 2) -> ort.InferenceSession:
    """A session with the settings of the core's."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Cached:
    """Encoder and decoder with a cache of `room` tokens a row."""

    def __init__(self, encoder: Path, decoder: Path, room: int, rows: int = 3):
        self.encoder, self.decoder = session(encoder), session(decoder)
        self.shapes = {
            i.name: (rows, i.shape[1], room, i.shape[3])
            for i in self.decoder.get_inputs()
            if i.name.startswith(("key_", "value_"))
        }
        self.rows = rows

    def read(self, ids: list[int]) -> None:
        """Encodes a text and begins empty lines about it."""
        x = np.array([ids], np.int64)
        names = [o.name for o in self.encoder.get_outputs()]
        values = self.encoder.run(None, {"input_ids": x, "attention_mask": np.ones_like(x)})
        self.cross = dict(zip(names, values, strict=True))
        # What is not to be seen may be anything finite.
        self.cache = {n: np.full(s, 7, np.float32) for n, s in self.shapes.items()}
        self.written = [0] * self.rows

    def write(self, tokens: list[list[int]]) -> np.ndarray:
        """Feeds the next tokens of each row, one or more; the logits [rows, words] behind each
        row's last one."""
        width = max(map(len, tokens))
        ids = np.array([t + [0] * (width - len(t)) for t in tokens], np.int64)
        room = next(iter(self.shapes.values()))[2]
        distances = np.full((self.rows, width, room + width), HIDDEN, np.int64)
        for r, n in enumerate(self.written):
            for t in range(width):
                distances[r, t, :n] = np.minimum(n + t - np.arange(n), FARTHEST)
                distances[r, t, room : room + t + 1] = np.minimum(np.arange(t, -1, -1), FARTHEST)
        feed = {**self.cross, **self.cache, "input_ids": ids, "distances": distances}
        feed["last"] = np.array([len(t) - 1 for t in tokens], np.int64)
        names = [o.name for o in self.decoder.get_outputs()]
        out = dict(zip(names, self.decoder.run(None, feed), strict=True))
        for r, row in enumerate(tokens):
            n = self.written[r]
            for name, cache in self.cache.items():
                cache[r, :, n : n + len(row)] = out[f"new_{name}"][r, :, : len(row)]
            self.written[r] += len(row)
        return out["logits"]
