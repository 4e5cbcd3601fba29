"""The student as an ONNX graph of fixed sizes, in operators that neural processors have (float32).

int32 `input_ids`, `attention_mask` [1, T] -> float32 `logits` [1, S, classes]. T tokens, S slots, H
heads of width D. What does not depend on the text (the positions' bias, the decoder's queries) is a
constant. The architecture is Raffel et al. 2020 (arXiv 1910.10683) with v1.1's changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..onnx_graph import Graph
from .weights import Weights

OPSET = 21
"""The first with GELU and with 16 bits in QuantizeLinear."""

INPUTS = ["input_ids", "attention_mask"]
OUTPUTS = ["logits"]

EMBEDDINGS = "embeddings"
"""The name of the table."""

_LATER = -100.0
"""Added to the scores of the slots behind a slot, which it does not see."""


@dataclass
class Masks:
    """What is added to the scores of a text's padding: large enough to leave nothing of it, and no
    larger, because the integers of the scores have to span it."""

    encoder: float = -1e4
    decoder: float = -1e4


@dataclass
class Scores:
    """The names of the scores that each attention over the text gives to its softmax."""

    encoder: list[str] = field(default_factory=list)
    decoder: list[str] = field(default_factory=list)


class _Static(Graph):
    """The layers. Hidden states are [tokens, d_model], attention reads [1, H, tokens, D]."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.weights = weights
        self.heads, _, self.width = weights.query.shape

    def product(self, x: str, module: str) -> str:
        """x times the module's matrix."""
        return self.op("MatMul", x, self.const(module, self.weights.matrices[module]))

    def norm(self, x: str, module: str) -> str:
        """RMS norm as L2 norm times sqrt(d): processors have L2 as one operator, and a mean of
        squares of its own would need more range than 16 bits give. The epsilon is left out."""
        scale = self.weights.norms[module]
        unit = self.op("LpNormalization", x, axis=-1, p=2)
        return self.op("Mul", unit, self.const(module, scale * np.sqrt(np.float32(len(scale)))))

    def feed_forward(self, x: str, module: str) -> str:
        """Gated GELU."""
        gate, value = (self.product(x, f"{module}/wi_{i}") for i in (0, 1))
        inner = self.op("Mul", self.op("Gelu", gate), value)
        return self.product(inner, f"{module}/wo")

    def split(self, x: str, *, key: bool = False) -> str:
        """[tokens, H D] -> [1, H, tokens, D], or for a key [1, H, D, tokens]."""
        x = self.op("Reshape", x, self.ints(1, -1, self.heads, self.width))
        return self.op("Transpose", x, perm=[0, 2, 3, 1] if key else [0, 2, 1, 3])

    def attention(self, query: str, key: str, value: str, bias: str) -> tuple[str, str]:
        """[tokens, H D] of a query [1, H, tokens, D], and the scores. T5 does not scale them."""
        scores = self.op("Add", self.op("MatMul", query, key), bias)
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), value)
        mixed = self.op("Transpose", mixed, perm=[0, 2, 1, 3])
        return self.op("Reshape", mixed, self.ints(-1, self.heads * self.width)), scores

    def self_attention(self, x: str, module: str, bias: str) -> tuple[str, str]:
        """The stream x behind self-attention, and its scores."""
        z = self.norm(x, f"{module}/layer_norm")
        q, k, v = (self.product(z, f"{module}/SelfAttention/{n}") for n in "qkv")
        mixed, scores = self.attention(self.split(q), self.split(k, key=True), self.split(v), bias)
        return self.op("Add", x, self.product(mixed, f"{module}/SelfAttention/o")), scores


def write(weights: Weights, tokens: int, masks: Masks, path: Path) -> Scores:
    """Writes the graph that reads `tokens` tokens."""
    g, w, scores = _Static(weights), weights, Scores()
    ids, mask = (g.input(name, [1, tokens], integer=32) for name in INPUTS)

    def absent(part: str, value: float) -> str:
        table = g.const(f"{part}_mask", np.array([value, 0], np.float32))
        return g.op("Reshape", g.op("Gather", table, mask), g.ints(1, 1, 1, -1))

    bias = g.const("encoder_bias", w.encoder_bias[None])
    bias = g.op("Add", bias, absent("encoder", masks.encoder))
    x = g.op("Gather", g.const(EMBEDDINGS, w.embeddings), ids)
    x = g.op("Reshape", x, g.ints(tokens, -1))
    for i in range(w.encoder_layers):
        block = f"encoder/block.{i}"
        x, scored = g.self_attention(x, f"{block}/layer.0", bias)
        scores.encoder.append(scored)
        z = g.norm(x, f"{block}/layer.1/layer_norm")
        x = g.op("Add", x, g.feed_forward(z, f"{block}/layer.1/DenseReluDense"))
    text = g.norm(x, "encoder/final_layer_norm")

    bias = absent("decoder", masks.decoder)
    x, query = g.const("state", w.state), g.const("query", w.query[None])
    if w.decoder_bias is not None:
        earlier = np.maximum(w.decoder_bias, _LATER)
        g.const("decoder_bias", earlier[None])
    for i in range(w.decoder_layers):
        block = f"decoder/block.{i}"
        if i:
            x, _ = g.self_attention(x, f"{block}/layer.0", "decoder_bias")
            z = g.norm(x, f"{block}/layer.1/layer_norm")
            query = g.split(g.product(z, f"{block}/layer.1/EncDecAttention/q"))
        k, v = (g.product(text, f"{block}/layer.1/EncDecAttention/{n}") for n in "kv")
        mixed, scored = g.attention(query, g.split(k, key=True), g.split(v), bias)
        scores.decoder.append(scored)
        x = g.op("Add", x, g.product(mixed, f"{block}/layer.1/EncDecAttention/o"))
        z = g.norm(x, f"{block}/layer.2/layer_norm")
        x = g.op("Add", x, g.feed_forward(z, f"{block}/layer.2/DenseReluDense"))
    z = g.norm(x, "decoder/final_layer_norm")
    slots, classes = w.pick.shape
    logits = g.op("Reshape", g.op("MatMul", z, g.const("words", w.words)), g.ints(-1))
    logits = g.op("Gather", logits, g.const("pick", w.pick.reshape(-1).astype(np.int32)))
    logits = g.op("Reshape", logits, g.ints(1, slots, classes))
    g.output(logits, OUTPUTS[0], [1, slots, classes])
    g.save(path, "student", OPSET)
    return scores
