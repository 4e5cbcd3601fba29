"""From a trained student to ONNX: one graph, constants folded, then dynamic int8."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from .catalog import Catalog
from .student import SlotsStudent


class _Request(nn.Module):
    """The student for one request: batch 1, the decoder's input a constant, so that everything up
    to the first cross-attention (which does not depend on the text) folds away.

    The head is one matrix over the words of all slots, a plain T5 head that int8 kernels like; each
    slot's own words are then picked out. Outside its range a slot repeats its first word.
    """

    def __init__(self, student: SlotsStudent, catalog: Catalog):
        super().__init__()
        self.student = student
        rows, first, pick = [], 0, []
        words = sum(s.end - s.start for s in catalog.slots)
        for i, slot in enumerate(catalog.slots):
            rows.append(student.head[i, slot.start : slot.end])
            start = i * words + first
            own = [start + c - slot.start for c in range(slot.start, slot.end)]
            pick.append([start] * slot.start + own)
            pick[-1] += [start] * (len(catalog.classes) - slot.end)
            first += slot.end - slot.start
        self.register_buffer("words", torch.cat(rows).detach().T.contiguous())
        self.register_buffer("pick", torch.tensor(pick))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        student = self.student
        hidden = student.encode(input_ids, attention_mask)
        out = student.t5.decoder(
            input_ids=student.sentinels[None],
            encoder_hidden_states=hidden,
            encoder_attention_mask=attention_mask,
        ).last_hidden_state
        return torch.matmul(out, self.words).reshape(-1)[self.pick][None]


def to_onnx(student: SlotsStudent, path: Path) -> None:
    """Writes the float32 graph: int64 `input_ids`, `attention_mask` [1, sequence] -> float32
    `logits` [1, slots, classes]."""
    catalog = Catalog.load()
    student = student.eval().float()
    example = torch.randint(5, 100, (1, 9))
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(tmp) / "raw.onnx"
        torch.onnx.export(
            _Request(student, catalog).eval(),
            (example, torch.ones_like(example)),
            str(raw),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {1: "sequence"}, "attention_mask": {1: "sequence"}},
            opset_version=17,
            dynamo=False,
        )
        _optimized(raw, path, ort.GraphOptimizationLevel.ORT_ENABLE_BASIC)


def _optimized(source: Path, target: Path, level: ort.GraphOptimizationLevel) -> None:
    """Writes the graph as ONNX Runtime has rewritten it at that level."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(target)
    ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def quantize(source: Path, target: Path, *, per_channel: bool = True) -> None:
    """Dynamic int8: weights int8 (one scale per output channel), activations uint8 at run time;
    the embedding table int8 as well.

    The graph is stored with ONNX Runtime's extended fusions done (they do not depend on the
    processor), so that they need not be found at every start.
    """
    with tempfile.TemporaryDirectory() as tmp:
        plain = Path(tmp) / "int8.onnx"
        quantize_dynamic(
            str(source),
            str(plain),
            weight_type=QuantType.QInt8,
            per_channel=per_channel,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
        _optimized(plain, target, ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
