"""How fast this machine could be at best: int8 weights that must be read, and products to compute.

Counts weights of linear layers only (arXiv 1910.10683, v1.1: gated feed-forward), a byte each. The
embeddings are looked up, not read through; a head that knows a few words weighs next to nothing;
attention over a few tokens is left out, too: the bounds are a little lower than the truth.
"""

from __future__ import annotations

from .peer_bare import POSITIONS


def weights(config: dict) -> dict[str, int]:
    """Weights of the encoder, of the projections of its output for the decoder's cross-attention,
    and of the rest of the decoder, from a checkpoint's config.json."""
    width, inner = config["d_model"], config["num_heads"] * config["d_kv"]
    attention, feed_forward = 4 * width * inner, 3 * width * config["d_ff"]
    layers = config["num_decoder_layers"]
    return {
        "encoder": config["num_layers"] * (attention + feed_forward),
        "cross": layers * 2 * width * inner,
        "decoder": layers * (2 * attention - 2 * width * inner + feed_forward),
    }


def bound(machine: dict, config: dict, source_tokens: float) -> dict:
    """Milliseconds that one edit of slots, and one pass of the text decoder, cannot go below."""
    counts = weights(config)
    bandwidth = machine["read_bytes_per_second"]
    operations = machine["int8_operations_per_second"]
    products = (counts["encoder"] + counts["cross"]) * source_tokens
    products += counts["decoder"] * POSITIONS
    return {
        "weights": counts,
        "slots_read_ms": sum(counts.values()) / bandwidth * 1e3,
        "slots_compute_ms": 2 * products / operations * 1e3,
        "text_pass_read_ms": counts["decoder"] / bandwidth * 1e3,
    }
