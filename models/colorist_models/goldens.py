"""Intents and edits by which a device checks that it computes what the author computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from tokenizers import Tokenizer

from . import decode
from .catalog import Catalog, Tool

COUNT = 120
MARGIN = 0.04
"""Distance that a value keeps from the next rounding boundary (slider units), so that another
processor's rounding noise does not change a golden edit."""


def _hash(intent: str) -> str:
    return hashlib.sha256(intent.encode()).hexdigest()


def full(edit: dict, catalog: Catalog) -> dict:
    """An edit in the full JSON form, from the compact one."""
    return {tool.name: _full(edit.get(tool.name), tool) for tool in catalog.tools}


def _full(given: dict | list | None, tool: Tool) -> dict | None:
    """One tool in the full form."""
    if not given:
        return None
    if isinstance(given, list):
        amount = {tool.amount.name: given[1]} if tool.amount else {}
        return {"name": given[0], **amount}
    if tool.kind == "sliders":
        return {name: given.get(name, 0) for name in tool.numbers}
    columns = [column.name for column in tool.columns]
    nothing = [0] * len(columns)
    return {r: dict(zip(columns, given.get(r, nothing), strict=True)) for r in tool.rows}


def _steady(p: decode.Probabilities, how: decode.Decoding, catalog: Catalog) -> np.ndarray:
    """Which rows stay the same when every number moves a little."""

    def far(values: np.ndarray) -> np.ndarray:
        size = np.abs(values)
        near_half = np.abs(size - np.floor(size) - 0.5) < MARGIN
        near_zone = np.abs(size - how.deadzone) < MARGIN
        return ~((near_half & (size > how.deadzone - 1)) | near_zone)

    thresholds = how.limits(catalog)
    unused = p.used < thresholds
    steady = (np.abs(p.used - thresholds) > 0.02).all(1)
    for i, tool in enumerate(catalog.tools):
        if not tool.is_choice:
            steady &= far(p.values[:, tool.span]).all(1) | unused[:, i]
            continue
        top = np.sort(np.pad(p.choices[tool.choice][:, 1:], ((0, 0), (1, 0))), axis=1)
        clear = top[:, -1] - top[:, -2] > 0.02
        if tool.amount:
            clear &= far(p.amounts[:, tool.choice])
        steady &= clear | unused[:, i]
    return steady


def intents(test: list[dict], first: list[str]) -> list[str]:
    """Candidates: those that come `first`, then the test intents in the order of their hashes,
    which mixes the fields."""
    return first + sorted({r["intent"] for r in test} - set(first), key=_hash)


def choose(
    candidates: list[str],
    tokenizer: Tokenizer,
    run: Callable[[list[list[int]]], np.ndarray],
    how: decode.Decoding,
    catalog: Catalog,
) -> list[dict]:
    """The first 120 of the candidates with an answer that does not hang on a rounding, with it."""
    ids = [tokenizer.encode(i).ids for i in candidates]
    p = decode.probabilities(run(ids), catalog)
    edits = decode.edits(decode.decide(p, how, catalog), catalog)
    steady = _steady(p, how, catalog)
    keep = [i for i in range(len(candidates)) if steady[i]][:COUNT]
    return [{"intent": candidates[i], "edit": full(edits[i], catalog)} for i in keep]
