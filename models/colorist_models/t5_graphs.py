"""A T5 as two ONNX graphs for decoding with a cache (float32).

**encoder**: int64 `input_ids`, `attention_mask` [1, S] -> float32 `cross_key_i`, `cross_value_i`
[1, H, S, D] for each decoder layer i: what the decoder reads of a text, computed once.

**decoder**: T new tokens for each of R rows: int64 `input_ids` [R, T], `distances` [R, T, L + T]
(query position - key position, at most 128, over the L cached keys and the T new ones; 129 for a
key that is not to be seen), `last` [R] (which of a row's tokens the logits are wanted for),
`cross_key_i`, `cross_value_i`, and the cache `key_i`, `value_i` [R, H, L, D] -> `logits` [R, V],
`new_key_i`, `new_value_i` [R, H, T, D], which the caller adds to its cache.

H heads of width D, V words of the decoder. The decoder may know a part of the vocabulary only; its
`input_ids` and `logits` then are places in that list.

The architecture is Raffel et al. 2020 (arXiv 1910.10683) with v1.1's changes; both are read:
gated or plain feed-forward layers, a head of its own or the embeddings scaled by d_model^-0.5.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedConfig, T5ForConditionalGeneration, T5Model
from transformers.models.t5.modeling_t5 import T5Attention

from .errors import UserError
from .onnx_graph import MICROSOFT, Graph
from .t5_parts import decoder_layers, self_attention

FARTHEST = 128
"""Distances from here on have one bias (T5's `relative_attention_max_distance`)."""

HIDDEN = FARTHEST + 1
"""The distance that stands for a key which is not to be seen."""

POSITION_BIAS = "position_bias"
"""The name of both graphs' table of biases by distance."""

_MASKED = np.float32(-1e9)


class UnsupportedModel(UserError):
    """A model that these graphs cannot express; the message says why."""


T5 = T5Model | T5ForConditionalGeneration


def check(cfg: PreTrainedConfig) -> None:
    """Raises UnsupportedModel for a configuration that is not expressed here."""
    if cfg.model_type != "t5":
        raise UnsupportedModel(f"the model is of type {cfg.model_type!r}, not a T5")
    if cfg.dense_act_fn not in _ACTIVATIONS:
        known = ", ".join(_ACTIVATIONS)
        raise UnsupportedModel(f"its activation {cfg.dense_act_fn!r} is none of {known}")
    if cfg.relative_attention_max_distance > FARTHEST:
        raise UnsupportedModel(
            f"its positions differ up to a distance of {cfg.relative_attention_max_distance}, "
            f"more than {FARTHEST}"
        )


def _gelu_tanh(g: Graph, x: str) -> str:
    return g.op("FastGelu", x, domain=MICROSOFT)


def _gelu(g: Graph, x: str) -> str:
    return g.op("Gelu", x, domain=MICROSOFT)


def _silu(g: Graph, x: str) -> str:
    return g.op("Mul", x, g.op("Sigmoid", x))


_ACTIVATIONS = {
    "relu": lambda g, x: g.op("Relu", x),
    "gelu": _gelu,
    "gelu_new": _gelu_tanh,
    "silu": _silu,
}


class _T5(Graph):
    """The layers that encoder and decoder share. Hidden states are [tokens, d_model]."""

    def __init__(self, model: T5):
        check(model.config)
        super().__init__()
        self.cfg = model.config
        self.weights = {k: v.float().numpy() for k, v in model.state_dict().items()}

    def product(self, x: str, *names: str) -> str:
        """x W^T for one weight, or for several side by side: one product reads x once."""
        weight = np.concatenate([self.weights[n] for n in names]).T
        return self.op("MatMul", x, self.const("+".join(names), weight))

    def norm(self, x: str, name: str, added: str | None = None) -> tuple[str, str]:
        """(RMS norm of x or x + added, that sum)."""
        scale, eps = self.const(name, self.weights[name]), self.cfg.layer_norm_epsilon
        if added is None:
            return self.op("SimplifiedLayerNormalization", x, scale, axis=-1, epsilon=eps), x
        out = self.ops(
            "SkipSimplifiedLayerNormalization",
            x,
            added,
            scale,
            outputs=4,
            domain=MICROSOFT,
            epsilon=eps,
        )
        return out[0], out[3]

    def feed_forward(self, x: str, layer: str) -> str:
        prefix, act = f"{layer}.DenseReluDense.", _ACTIVATIONS[self.cfg.dense_act_fn]
        if self.cfg.is_gated_act:
            both = self.product(x, prefix + "wi_0.weight", prefix + "wi_1.weight")
            gate, value = self.split(both, 2)
            inner = self.op("Mul", act(self, gate), value)
        else:
            inner = act(self, self.product(x, prefix + "wi.weight"))
        return self.product(inner, prefix + "wo.weight")

    def heads(self, x: str, shape: str) -> str:
        """[tokens, H D] as [rows, H, tokens, D]; `shape` is [rows, tokens, H, D]."""
        return self.op("Transpose", self.op("Reshape", x, shape), perm=[0, 2, 1, 3])

    def joined(self, x: str) -> str:
        """The inverse of `heads`."""
        cfg = self.cfg
        width = self.ints(-1, cfg.num_heads * cfg.d_kv)
        return self.op("Reshape", self.op("Transpose", x, perm=[0, 2, 1, 3]), width)

    def split(self, x: str, parts: int) -> list[str]:
        """Equal parts side by side."""
        return self.ops("Split", x, outputs=parts, axis=-1)

    def attention(self, query: str, *others: str) -> str:
        """Attention of [tokens, H D] as one sequence; `others`: key, value, and what else ONNX
        Runtime's operator takes. T5 does not scale its scores."""
        query = self.op("Unsqueeze", query, self.ints(0))
        heads = self.cfg.num_heads
        out = self.op(
            "MultiHeadAttention", query, *others, domain=MICROSOFT, num_heads=heads, scale=1.0
        )
        return self.op("Squeeze", out, self.ints(0))

    def scores(self, query: str, key: str) -> str:
        return self.op("FusedMatMul", query, key, domain=MICROSOFT, transB=1)

    def bias_table(self, attention: T5Attention, distances: np.ndarray) -> np.ndarray:
        """The bias of each head at query position - key position: [distances, H]."""
        bucket = attention._relative_position_bucket(
            torch.from_numpy(-distances),
            bidirectional=not attention.is_decoder,
            num_buckets=self.cfg.relative_attention_num_buckets,
            max_distance=self.cfg.relative_attention_max_distance,
        )
        return attention.relative_attention_bias.weight.detach().float().numpy()[bucket.numpy()]


def encoder(model: T5, path: Path) -> None:
    """Writes the encoder's graph. Raises UnsupportedModel."""
    g = _T5(model)
    cfg = model.config
    ids = g.input("input_ids", [1, "sequence"], integer=True)
    mask = g.input("attention_mask", [1, "sequence"], integer=True)
    shape = g.ints(1, -1, cfg.num_heads, cfg.d_kv)

    span = np.arange(-FARTHEST, FARTHEST + 1)
    table = g.bias_table(self_attention(model.encoder.block[0]), span)
    length = g.op("Squeeze", g.op("Shape", ids, start=1, end=2))
    zero, one = (g.const(n, np.array(v, np.int64)) for n, v in (("zero", 0), ("one", 1)))
    place = g.op("Range", zero, length, one)
    apart = g.op("Sub", g.op("Unsqueeze", place, g.ints(1)), place)
    low, high = (
        g.const(n, np.array(v, np.int64)) for n, v in (("low", -FARTHEST), ("high", FARTHEST))
    )
    row = g.op("Add", g.op("Clip", apart, low, high), high)
    bias = g.op("Gather", g.const(POSITION_BIAS, table.T), row, axis=1)  # [H, S, S]
    absent = g.op("Cast", g.op("Sub", one, mask), to=1)
    absent = g.op("Mul", absent, g.const("masked", np.array(_MASKED)))  # [1, S]
    bias = g.op("Unsqueeze", g.op("Add", bias, absent), g.ints(0))

    x = g.op("Gather", g.const("shared.weight", g.weights["shared.weight"]), ids)
    x = g.op("Reshape", x, g.ints(-1, cfg.d_model))
    added = None
    for i in range(cfg.num_layers):
        block = f"encoder.block.{i}.layer"
        z, x = g.norm(x, f"{block}.0.layer_norm.weight", added)
        names = [f"{block}.0.SelfAttention.{n}.weight" for n in "qkv"]
        q, k, v = g.split(g.product(z, *names), 3)
        k, v = (g.op("Unsqueeze", t, g.ints(0)) for t in (k, v))
        mixed = g.attention(q, k, v, "", "", bias)
        added = g.product(mixed, f"{block}.0.SelfAttention.o.weight")
        z, x = g.norm(x, f"{block}.1.layer_norm.weight", added)
        added = g.feed_forward(z, f"{block}.1")
    z, _ = g.norm(x, "encoder.final_layer_norm.weight", added)
    for i in range(decoder_layers(cfg)):
        for what in ("key", "value"):
            name = f"decoder.block.{i}.layer.1.EncDecAttention.{what[0]}.weight"
            tensor = g.heads(g.product(z, name), shape)
            g.output(tensor, f"cross_{what}_{i}", [1, cfg.num_heads, "sequence", cfg.d_kv])
    g.save(path, "encoder")


def head(model: T5ForConditionalGeneration, vocabulary: list[int] | None = None) -> torch.Tensor:
    """The head's rows [V, d_model], of a vocabulary's tokens or all, with the scale that T5 applies
    before a head which is its embedding."""
    rows = model.lm_head.weight.detach()
    rows = rows if vocabulary is None else rows[vocabulary]
    return rows * model.config.d_model**-0.5 if model.config.scale_decoder_outputs else rows


def decoder(
    model: T5, words: torch.Tensor, path: Path, vocabulary: list[int] | None = None
) -> None:
    """Writes the decoder's graph with the head `words` [V, d_model]; with a `vocabulary` (V token
    ids), the embedding has these rows only. Raises UnsupportedModel."""
    g = _T5(model)
    cfg = model.config
    heads, width, layers = cfg.num_heads, cfg.d_kv, range(decoder_layers(cfg))
    ids = g.input("input_ids", ["rows", "tokens"], integer=True)
    distances = g.input("distances", ["rows", "tokens", "keys"], integer=True)
    last = g.input("last", ["rows"], integer=True)
    cross, cache = [], []
    for i in layers:
        shape: list[int | str] = [1, heads, "sequence", width]
        cross.append([g.input(f"cross_{what}_{i}", shape) for what in ("key", "value")])
    for i in layers:
        shape = ["rows", heads, "cached", width]
        cache.append([g.input(f"{what}_{i}", shape) for what in ("key", "value")])

    # Shapes that all layers share.
    each = g.op("Concat", g.op("Shape", ids), g.ints(heads, width), axis=0)
    sizes = g.op(
        "Concat",
        g.op("Shape", cache[0][0], start=2, end=3),
        g.op("Shape", ids, start=1, end=2),
        axis=0,
    )
    table = g.bias_table(self_attention(model.decoder.block[0]), np.arange(0, FARTHEST + 1))
    table = np.concatenate([table, np.full((1, heads), _MASKED, np.float32)])
    bias = g.op("Gather", g.const(POSITION_BIAS, table), distances)
    bias = g.op("Transpose", bias, perm=[0, 3, 1, 2])  # [R, H, T, L + T]

    embedding = g.weights["shared.weight"]
    if vocabulary is not None:
        embedding = embedding[vocabulary]
    x = g.op("Gather", g.const("embedding", embedding), ids)
    x = g.op("Reshape", x, g.ints(-1, cfg.d_model))
    added = None
    for i in layers:
        block = f"decoder.block.{i}.layer"
        z, x = g.norm(x, f"{block}.0.layer_norm.weight", added)
        names = [f"{block}.0.SelfAttention.{n}.weight" for n in "qkv"]
        q, k, v = (g.heads(t, each) for t in g.split(g.product(z, *names), 3))
        key, value = cache[i]
        scores = g.op("Concat", g.scores(q, key), g.scores(q, k), axis=-1)
        weights = g.op("Softmax", g.op("Add", scores, bias), axis=-1)
        old, new = g.ops("Split", weights, sizes, outputs=2, axis=-1)
        mixed = g.op("Add", g.op("MatMul", old, value), g.op("MatMul", new, v))
        added = g.product(g.joined(mixed), f"{block}.0.SelfAttention.o.weight")
        for tensor, what in ((k, "key"), (v, "value")):
            g.output(tensor, f"new_{what}_{i}", ["rows", heads, "tokens", width])

        # The rows read the same text: their tokens are one sequence here.
        z, x = g.norm(x, f"{block}.1.layer_norm.weight", added)
        q = g.product(z, f"{block}.1.EncDecAttention.q.weight")
        mixed = g.attention(q, *cross[i])
        added = g.product(mixed, f"{block}.1.EncDecAttention.o.weight")
        z, x = g.norm(x, f"{block}.2.layer_norm.weight", added)
        added = g.feed_forward(z, f"{block}.2")

    assert added is not None, "a decoder has layers"
    x = g.op("Add", x, added)
    x = g.op("Reshape", x, g.op("Concat", g.op("Shape", ids), g.ints(cfg.d_model), axis=0))
    x = g.op("GatherND", x, g.op("Unsqueeze", last, g.ints(1)), batch_dims=1)
    z, _ = g.norm(x, "decoder.final_layer_norm.weight")
    logits = g.op("MatMul", z, g.const("head", words.detach().float().numpy().T))
    g.output(logits, "logits", ["rows", len(words)])
    g.save(path, "decoder")
