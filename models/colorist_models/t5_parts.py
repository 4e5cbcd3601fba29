"""The parts of transformers' T5 that are reached by place, with their types."""

from __future__ import annotations

from torch import nn
from transformers import T5Config
from transformers.models.t5.modeling_t5 import (
    T5Attention,
    T5Block,
    T5DenseGatedActDense,
    T5LayerFF,
    T5LayerSelfAttention,
)


def self_attention(block: nn.Module) -> T5Attention:
    """The self-attention of one block of an encoder or decoder."""
    assert isinstance(block, T5Block)
    layer = block.layer[0]
    assert isinstance(layer, T5LayerSelfAttention)
    return layer.SelfAttention


def gated(block: nn.Module) -> T5DenseGatedActDense:
    """The gated feed-forward layer of an encoder's block of T5 v1.1."""
    assert isinstance(block, T5Block)
    layer = block.layer[1]
    assert isinstance(layer, T5LayerFF)
    assert isinstance(layer.DenseReluDense, T5DenseGatedActDense)
    return layer.DenseReluDense


def decoder_layers(cfg: T5Config) -> int:
    """How many layers the decoder has; where nothing says it, T5Config takes the encoder's."""
    assert cfg.num_decoder_layers is not None
    return cfg.num_decoder_layers
