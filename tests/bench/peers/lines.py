"""What everybody is asked to write: real intents, and the lines that Colorist wrote for them."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer

from .job import Request

WORDS = range(3, 13)

TEACHER = {"changed": 16, "all": 37}
"""Tokens of the longest of a teacher's three lines, by layout: the median over its rows of 3 to 12
words, with the shape's tokenizer."""

POOL = 12
"""So many intents are tried for each one that is measured."""


def intents(rows: Path, count: int) -> list[str]:
    """`count` of the teacher's intents of 3 to 12 words, evenly spread over its files."""
    known = []
    for file in sorted(rows.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        known += [json.loads(line)["intent"] for line in lines]
    known = [intent for intent in known if len(intent.split()) in WORDS]
    step = len(known) / count
    return [known[int((i + 0.5) * step)] for i in range(count)]


def typical(layout: str, answers: list[list[list[int]]], count: int) -> list[int]:
    """The places of the `count` answers whose longest row is nearest to what the teacher writes, in
    their order. Random weights often say of a tool that it is unused, which is no work at all."""
    far = [abs(max(map(len, rows)) - TEACHER[layout]) for rows in answers]
    nearest = sorted(range(len(answers)), key=lambda i: far[i])[:count]
    return sorted(nearest)


def requests(
    tokenizer: Path, intents: list[str], layout: str, written: list[list[list[int]]]
) -> list[Request]:
    """The intents with their token ids and what was written for them."""
    encode = Tokenizer.from_file(str(tokenizer)).encode
    return [
        Request(layout, intent, encode(intent).ids, rows)
        for intent, rows in zip(intents, written, strict=True)
    ]
