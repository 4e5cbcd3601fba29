"""Intents and edits by which a device checks that it computes what the author computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from tokenizers import Tokenizer

from . import decode
from .catalog import Catalog

ALWAYS = [
    "golden hour",
    "moody but keep the skin natural",
    "less yellow please",
    "make it pop",
    "black and white",
    "add music",
]
COUNT = 120
MARGIN = 0.04
"""Distance that a value keeps from the next rounding boundary (slider units), so that another
processor's rounding noise does not change a golden edit."""


def _hash(intent: str) -> str:
    return hashlib.sha256(intent.encode()).hexdigest()


def full(edit: dict, catalog: Catalog) -> dict:
    """An edit in the full JSON form, from the compact one."""
    adjust, selective, chosen = edit["adjust"], edit["selectiveAdjust"], edit["filter"]
    return {
        "adjust": adjust and {s: adjust.get(s, 0) for s in catalog.sliders},
        "selectiveAdjust": selective
        and {
            c: dict(zip(("saturation", "luminance"), selective.get(c, [0, 0]), strict=True))
            for c in catalog.colors
        },
        "filter": chosen and {"name": chosen[0], "intensity": chosen[1]},
    }


def _steady(p: decode.Probabilities, how: decode.Decoding, catalog: Catalog) -> np.ndarray:
    """Which rows stay the same when every number moves a little."""

    def far(values: np.ndarray) -> np.ndarray:
        size = np.abs(values)
        near_half = np.abs(size - np.floor(size) - 0.5) < MARGIN
        near_zone = np.abs(size - how.deadzone) < MARGIN
        return ~((near_half & (size > how.deadzone - 1)) | near_zone)

    thresholds = np.array([how.thresholds[t] for t in catalog.TOOLS])
    unused = p.used < thresholds
    k = len(catalog.sliders)
    top = np.sort(p.filter[:, 1:], axis=1)
    return (
        (far(p.values[:, :k]).all(1) | unused[:, 0])
        & (far(p.values[:, k:]).all(1) | unused[:, 1])
        & ((far(p.intensity) & (top[:, -1] - top[:, -2] > 0.02)) | unused[:, 2])
        & (np.abs(p.used - thresholds) > 0.02).all(1)
    )


def intents(test: list[dict]) -> list[str]:
    """Candidates: some that everybody tries, then the test intents in the order of their hashes,
    which mixes the fields."""
    return ALWAYS + sorted({r["intent"] for r in test} - set(ALWAYS), key=_hash)


def choose(
    test: list[dict],
    tokenizer: Tokenizer,
    run: Callable[[list[list[int]]], np.ndarray],
    how: decode.Decoding,
    catalog: Catalog,
) -> list[dict]:
    """About 120 of the `intents` with their edits, all of them with an answer that does not hang on
    a rounding."""
    candidates = intents(test)
    ids = [tokenizer.encode(i).ids for i in candidates]
    p = decode.probabilities(run(ids), catalog)
    edits = decode.edits(decode.decide(p, how, catalog), catalog)
    steady = _steady(p, how, catalog)
    keep = [i for i in range(len(candidates)) if steady[i]][:COUNT]
    return [{"intent": candidates[i], "edit": full(edits[i], catalog)} for i in keep]
