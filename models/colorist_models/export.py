"""From a trained student to ONNX: one graph, constants folded, then dynamic int8."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from .student import SlotsStudent


class _Request(nn.Module):
    """The student for one request: batch 1, the decoder's input a constant, so that everything up
    to the first cross-attention (which does not depend on the text) folds away."""

    def __init__(self, student: SlotsStudent):
        super().__init__()
        self.student = student

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        student = self.student
        hidden = student.encode(input_ids, attention_mask)
        out = student.t5.decoder(
            input_ids=student.sentinels[None],
            encoder_hidden_states=hidden,
            encoder_attention_mask=attention_mask,
        ).last_hidden_state
        return student.head(out)


def to_onnx(student: SlotsStudent, path: Path) -> None:
    """Writes the float32 graph: int64 `input_ids`, `attention_mask` [1, sequence] -> float32
    `logits` [1, slots, classes]."""
    student = student.eval().float()
    example = torch.randint(5, 100, (1, 9))
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(tmp) / "raw.onnx"
        torch.onnx.export(
            _Request(student),
            (example, torch.ones_like(example)),
            str(raw),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {1: "sequence"}, "attention_mask": {1: "sequence"}},
            opset_version=17,
            dynamo=False,
        )
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(path)
        ort.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])


def quantize(source: Path, target: Path, *, per_channel: bool = True) -> None:
    """Dynamic int8: weights int8 (one scale per output channel), activations uint8 at run time;
    the embedding table int8 as well."""
    quantize_dynamic(
        str(source),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=per_channel,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
