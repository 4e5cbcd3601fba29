"""The words that options take, apart from the code that needs them: it is slow to import."""

from __future__ import annotations

from typing import Literal

Codec = Literal["slots", "text"]
"""How a student writes an edit: one decoder pass over slots, or words."""

Quantization = Literal["dynamic-int8", "matmul-nbits-8", "matmul-nbits-4", "float32"]
"""How weights are stored (see `quantize`)."""

Shape = Literal["tiny", "flan-t5-small", "flan-t5-base", "flan-t5-large"]
"""Sizes of stand-ins for real checkpoints (see `stand_in`)."""

Target = Literal["cpu", "npu"]
"""For what processor a graph is made."""

Activations = Literal["uint8", "uint16"]
"""How a graph for NPUs computes."""
