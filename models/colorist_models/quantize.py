"""From a float32 graph to the stored one: weights quantized, ONNX Runtime's fusions done."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxruntime as ort
from onnxruntime.quantization import QuantType, quantize_dynamic

from . import nbits
from .choices import Quantization
from .t5_graphs import POSITION_BIAS

KINDS: dict[Quantization, str] = {
    "float32": "float32",
    "dynamic-int8": "int8, one scale per output channel",
    "matmul-nbits-8": "int8, one scale per 128 inputs of an output channel",
    "matmul-nbits-4": "int4, one scale per 32 inputs of an output channel",
}
"""How weights can be stored, and how packs describe it. Embeddings are int8 but in float32."""


def describe(kind: Quantization) -> dict:
    """The manifest's `quantization`."""
    return {"kind": kind, "weights": KINDS[kind]}


def optimized(source: Path, target: Path, level: ort.GraphOptimizationLevel) -> None:
    """Writes the graph as ONNX Runtime has rewritten it at that level."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(target)
    ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def quantize(
    source: Path, target: Path, kind: Quantization = "dynamic-int8", *, per_channel: bool = True
) -> None:
    """Writes the graph at `source` with its weights stored as one of KINDS.

    `dynamic-int8`: weights int8 (one scale per output channel), activations uint8 at run time, one
    scale per product. `matmul-nbits-8`, `-4`: ONNX Runtime's MatMulNBits, activations int8 at run
    time, one scale per block of a row.

    The graph is stored with ONNX Runtime's extended fusions done (they do not depend on the
    processor), so that they need not be found at every start.
    """
    with tempfile.TemporaryDirectory() as tmp:
        plain = Path(tmp) / "plain.onnx"
        if kind == "float32":
            plain = source
        elif kind == "dynamic-int8":
            _int8(source, plain, ["MatMul", "Gather"], per_channel)
        else:
            _int8(source, plain, ["Gather"], per_channel)
            model = onnx.load(plain)
            nbits.quantize(model, int(kind.rpartition("-")[2]))
            onnx.save(model, plain)
        optimized(plain, target, ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)


def _int8(source: Path, target: Path, operators: list[str], per_channel: bool) -> None:
    nodes = onnx.load(source, load_external_data=False).graph.node
    # A mask of -1e9 in a table of biases would leave nothing of its other values.
    tables = [n.name for n in nodes if n.op_type == "Gather" and n.input[0] == POSITION_BIAS]
    quantize_dynamic(
        str(source),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=per_channel,
        op_types_to_quantize=operators,
        nodes_to_exclude=tables,
        # Types behind ONNX Runtime's own operators are not inferred.
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )
