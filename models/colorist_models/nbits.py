"""Weights as blocks of 8 or 4 bits: ONNX Runtime's operator MatMulNBits."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .onnx_graph import MICROSOFT

BLOCKS = {8: 128, 4: 32}
"""Inputs that share a scale, by bits. At 8 bits fewer scales are faster and cost nothing."""

_INT8 = 4
"""The operator's `accuracy_level` at which activations are int8 too."""


def pack(weight: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """`weight` [K, N] as MatMulNBits stores it: bytes [N, blocks, block * bits / 8], the value
    2^(bits-1) standing for 0 and of two nibbles the low one first; and float32 scales
    [N * blocks]. The last block is filled up with zeros."""
    inputs, outputs = weight.shape
    block, zero = BLOCKS[bits], 1 << (bits - 1)
    count = -(-inputs // block)
    rows = np.zeros((outputs, count * block), np.float32)
    rows[:, :inputs] = weight.T
    rows = rows.reshape(outputs, count, block)
    # The value of the greatest size becomes the one code that has no opposite.
    at = np.abs(rows).argmax(-1, keepdims=True)
    scales = np.take_along_axis(rows, at, -1) / -zero
    codes = np.divide(rows, scales, out=np.zeros_like(rows), where=scales != 0)
    codes = np.clip(np.rint(codes) + zero, 0, 2 * zero - 1).astype(np.uint8)
    if bits == 4:
        codes = codes[..., 0::2] | codes[..., 1::2] << 4
    return codes, scales.reshape(-1)


def quantize(model: onnx.ModelProto, bits: int) -> None:
    """Replaces each product with a constant matrix by its quantized form."""
    graph = model.graph
    constants = {t.name: t for t in graph.initializer}
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in constants:
            continue
        tensor = constants[node.input[1]]
        inputs, outputs = tensor.dims
        codes, scales = pack(numpy_helper.to_array(tensor), bits)
        stored = [f"{tensor.name}_codes", f"{tensor.name}_scales"]
        graph.initializer.remove(tensor)
        for name, value in zip(stored, (codes, scales), strict=True):
            graph.initializer.append(numpy_helper.from_array(value, name))
        shape = {"K": inputs, "N": outputs, "bits": bits, "block_size": BLOCKS[bits]}
        node.CopyFrom(
            helper.make_node(
                "MatMulNBits",
                [node.input[0], *stored],
                list(node.output),
                name=node.name,
                domain=MICROSOFT,
                accuracy_level=_INT8,
                **shape,
            )
        )
    if not any(o.domain == MICROSOFT for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
