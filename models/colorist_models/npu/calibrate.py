"""From the float graph to one with quantized weights and activations (QDQ).

The ranges are those of training intents, smallest to greatest value: T5's stream has a few values
that are far larger than all others and carry the answer, so nothing is cut off.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType, quantize
from onnxruntime.quantization.execution_providers.qnn import get_qnn_qdq_config
from tokenizers import Tokenizer

from ..choices import Activations
from . import graph
from .graph import Masks
from .weights import Weights

Feeds = dict[str, np.ndarray]

MARGIN = 16.0
"""How far below the best score of a text its padding has to be: e^-16 is nothing in 16 bits."""

_TYPES = {"uint8": QuantType.QUInt8, "uint16": QuantType.QUInt16}


def feeds(tokenizer: Tokenizer, intents: list[str], tokens: int, pad_id: int) -> list[Feeds]:
    """What the static graph reads for each intent: int32 [1, tokens]."""
    out = []
    for intent in intents:
        ids = tokenizer.encode(intent).ids[:tokens]
        row = np.full((1, tokens), pad_id, np.int32)
        row[0, : len(ids)] = ids
        mask = (np.arange(tokens) < len(ids)).astype(np.int32)[None]
        out.append(dict(zip(graph.INPUTS, (row, mask), strict=True)))
    return out


def session(path: Path) -> ort.InferenceSession:
    """A graph on the CPU."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def masks(weights: Weights, tokens: int, samples: list[Feeds]) -> Masks:
    """The smallest masks that leave nothing of the samples' padding, with half as much again for
    texts that are not among them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.onnx"
        first = Masks()
        scores = graph.write(weights, tokens, first, path)
        model = onnx.load(path)
        names = [*scores.encoder, *scores.decoder]
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
        onnx.save(model, path)
        run = session(path)

    above = np.zeros(len(names))
    for sample in samples:
        present = sample[graph.INPUTS[1]][0] == 1
        for i, score in enumerate(run.run(names, sample)):
            part = "encoder" if i < len(scores.encoder) else "decoder"
            # What the encoder makes of padding is not read.
            rows = np.asarray(score)[0][:, present] if part == "encoder" else np.asarray(score)[0]
            if present.all():
                continue
            padding = rows[..., ~present].max(-1) - getattr(first, part)
            above[i] = max(above[i], (padding - rows[..., present].max(-1)).max())
    split = len(scores.encoder)
    return Masks(*(-1.5 * float(part.max()) - MARGIN for part in (above[:split], above[split:])))


class _Samples(CalibrationDataReader):
    def __init__(self, samples: list[Feeds]):
        self._next = iter(samples)

    def get_next(self) -> Feeds | None:
        return next(self._next, None)


def quantized(source: Path, target: Path, samples: list[Feeds], activations: Activations) -> None:
    """Writes the float graph at `source` with weights in int8, one scale per output channel, and
    with activations of that type in the ranges that the samples need."""
    nodes = onnx.load(source, load_external_data=False).graph
    matrices = {tensor.name for tensor in nodes.initializer if len(tensor.dims) == 2}
    kinds: dict[str, list[dict]] = {}
    for node in nodes.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            kinds[node.input[1]] = [{"axis": 1, "quant_type": QuantType.QInt8, "symmetric": True}]
        if node.op_type == "Gather" and node.input[0] == graph.EMBEDDINGS:
            # As codes of 8 bits, which is what packs have too; 16 would double the file.
            kinds[node.input[0]] = [{"quant_type": QuantType.QInt8, "symmetric": True}]
            kinds[node.output[0]] = [{"quant_type": QuantType.QInt8, "symmetric": True}]
    config = get_qnn_qdq_config(
        str(source),
        _Samples(samples),
        calibrate_method=CalibrationMethod.MinMax,
        activation_type=_TYPES[activations],
        weight_type=QuantType.QInt8,
        init_overrides=kinds,
    )
    quantize(str(source), str(target), config)
