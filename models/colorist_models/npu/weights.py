"""The numbers of a slots student, read out of its exported graph.

The int8 graph of a pack is enough: its codes times its scales are the weights that the CPU computes
with. So a pack can be exported again by who has nothing but the pack.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper

from ..errors import UserError

_PRODUCTS = ("MatMul", "MatMulIntegerToFloat", "DynamicQuantizeMatMul")
_TABLE = "/encoder/embed_tokens/Gather"
_BIAS = "/encoder/block.0/layer.0/SelfAttention/relative_attention_bias/Gather"
_FIRST = "/decoder/block.0/layer.1/EncDecAttention"


class UnsupportedGraph(UserError):
    """A graph that was not exported here, or is stored in a form that is not read."""


@dataclass
class Weights:
    """T tokens, S slots, H heads of width D, d = d_model; all float32 but `pick`."""

    matrices: dict[str, np.ndarray]
    """The weights [inputs, outputs] by the path, `encoder/block.0/layer.0/SelfAttention/q`.
    The decoder's first self-attention and first cross-attention query are none of them, because
    they do not depend on the text: `state` and `query` are what comes out of them."""
    norms: dict[str, np.ndarray]
    """The scales [d] of RMS norms, by the module's path."""
    embeddings: np.ndarray
    """[vocabulary, d]."""
    encoder_bias: np.ndarray
    """The bias of positions [H, T, T], query by key."""
    decoder_bias: np.ndarray | None
    """The same [H, S, S] with the mask of later slots; None where the decoder has one layer."""
    state: np.ndarray
    """The decoder's stream [S, d] behind its first self-attention."""
    query: np.ndarray
    """The queries [H, S, D] of the decoder's first cross-attention."""
    words: np.ndarray
    """The head [d, words]."""
    pick: np.ndarray
    """int64 [S, classes]: the places of each slot's classes in the logits of all words, flat."""

    @property
    def encoder_layers(self) -> int:
        """How many layers the encoder has."""
        return _layers(self.matrices, "encoder")

    @property
    def decoder_layers(self) -> int:
        """How many layers the decoder has."""
        return _layers(self.matrices, "decoder")


def _layers(matrices: dict[str, np.ndarray], part: str) -> int:
    blocks = [name.split("/")[1] for name in matrices if name.startswith(f"{part}/block.")]
    return 1 + max(int(block.removeprefix("block.")) for block in blocks)


class _Reader:
    """Finds tensors in a graph by the names that the export gives."""

    def __init__(self, path: Path):
        self.model = onnx.load(path)
        self.path = path
        self.constants = {t.name: t for t in self.model.graph.initializer}
        self.nodes = {node.name: node for node in self.model.graph.node}
        self.makers = {out: node for node in self.model.graph.node for out in node.output}

    def missing(self, what: str) -> UnsupportedGraph:
        return UnsupportedGraph(
            f"{self.path} has no {what}: it was not written by `export` or `pack`, or its weights "
            "are stored as matmul-nbits; export the student with --quantize dynamic-int8"
        )

    def node(self, name: str) -> onnx.NodeProto:
        """A node, under the name it has before or after its quantization."""
        for given in (name, f"{name}_quant"):
            if given in self.nodes:
                return self.nodes[given]
        raise self.missing(name)

    def constant(self, name: str) -> np.ndarray:
        """A constant, whether it is stored in float32 or as codes."""
        if name in self.constants:
            return numpy_helper.to_array(self.constants[name])
        raise self.missing(name)

    def stored(self, name: str) -> np.ndarray:
        """A constant that is stored in float32 or as codes, in float32."""
        return self.decoded(name, self.constant(name))

    def decoded(self, name: str, value: np.ndarray) -> np.ndarray:
        """What was taken from the constant of that name: codes times their scale, one for all or
        one for each last index."""
        stem, value = name.removesuffix("_quantized"), value.astype(np.float32)
        if stem == name:
            return value
        scale, zero = self.constant(f"{stem}_scale"), self.constant(f"{stem}_zero_point")
        return (value - zero.astype(np.float32)) * scale

    def bias(self, tokens: int) -> np.ndarray:
        """The encoder's bias of positions, [query, key, head]."""
        gather = self.node(_BIAS)
        return self.decoded(gather.input[0], self.computed(gather.output[0], tokens))

    def matrices(self) -> Iterator[tuple[str, np.ndarray]]:
        """The constant factors of all products, by the path of their module."""
        for node in self.model.graph.node:
            if node.op_type in _PRODUCTS and node.input[1] in self.constants:
                path = node.name.removesuffix("_quant").removesuffix("MatMul").strip("/")
                yield path, self.stored(node.input[1])

    def norms(self) -> Iterator[tuple[str, np.ndarray]]:
        """The scales of all norms, by the path of their module. Equal ones may be one constant."""
        for tensor, node in self.makers.items():
            if tensor.endswith("layer_norm/Mul_1_output_0"):
                (name,) = (i for i in node.input if i in self.constants)
                yield tensor.removesuffix("/Mul_1_output_0").strip("/"), self.constant(name)

    def other_input(self, node: onnx.NodeProto, than: str) -> np.ndarray:
        """The constant that is added to `than`."""
        (name,) = (i for i in node.input if i != than)
        return self.constant(name)

    def added(self, tensor: str) -> np.ndarray:
        """All constants that were added to make a tensor [1, ...], their sum."""
        total: np.ndarray | float = 0.0
        while (node := self.makers[tensor]).op_type == "Add":
            (tensor,) = (i for i in node.input if i not in self.constants)
            total = np.maximum(total + self.other_input(node, tensor), np.float32(-1e30))
        return np.asarray(total, np.float32)[0]

    def reader_of(self, tensor: str, kind: str) -> onnx.NodeProto:
        """The node of a kind that reads a tensor."""
        for node in self.model.graph.node:
            if node.op_type == kind and tensor in node.input:
                return node
        raise self.missing(f"{kind} of {tensor}")

    def computed(self, tensor: str, tokens: int) -> np.ndarray:
        """A tensor's value for a text of that length."""
        self.model.graph.output.append(onnx.ValueInfoProto(name=tensor))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph.onnx"
            onnx.save(self.model, path)
            self.model.graph.output.pop()
            options = ort.SessionOptions()
            options.log_severity_level = 3
            session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        ids = np.ones((1, tokens), np.int64)
        feeds = dict(zip((i.name for i in session.get_inputs()), (ids, ids), strict=True))
        return np.asarray(session.run([tensor], feeds)[0])


def read(path: Path, tokens: int) -> Weights:
    """The weights of the slots graph at `path`, with the bias of `tokens` positions. Raises
    UnsupportedGraph for a graph of another making."""
    reader = _Reader(path)
    matrices = dict(reader.matrices())
    words = matrices.pop("", None)
    if words is None or "encoder/block.0/layer.0/SelfAttention/q" not in matrices:
        raise reader.missing("head and encoder that are known")
    if "encoder/block.0/layer.1/DenseReluDense/wi_0" not in matrices:
        raise UnsupportedGraph(f"{path}: only a T5 with gated feed-forward layers has an NPU form")
    mixed = f"{_FIRST}/o/MatMul_output_0"
    bias = None
    if _layers(matrices, "decoder") > 1:
        softmax = reader.node("/decoder/block.1/layer.0/SelfAttention/Softmax")
        bias = reader.added(softmax.input[0])
    query = reader.node(f"{_FIRST}/MatMul").input[0]
    return Weights(
        matrices=matrices,
        norms=dict(reader.norms()),
        embeddings=reader.stored(reader.node(_TABLE).input[0]),
        encoder_bias=reader.bias(tokens).transpose(2, 0, 1),
        decoder_bias=bias,
        state=reader.other_input(reader.reader_of(mixed, "Add"), mixed)[0],
        query=reader.constant(query)[0],
        words=words,
        pick=reader.constant(reader.node("/Gather").input[1]),
    )
