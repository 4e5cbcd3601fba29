"""Which training rows a student gets wrong, by the paper's rule.

A tool of a row is wrong when

- a choice tool's name is not the teacher's ("none" is a name too), or
- a slider or grid tool's cosine with the teacher's values is below the tool's *bar*: the mean
  cosine over the training rows of the student that was trained without augmentation.

Where only one side uses a slider or grid tool its cosine is 0. Such rows do not enter the bar,
which is the mean over the rows where both sides use the tool, like the metrics' quality; they are
always below it. Where neither side uses a tool there is nothing to get wrong. A row is a mistake
when at least one of its tools is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]
"""A compact row: `intent` and, by tool, null or the tool's values (models/README.md)."""

Kinds = Mapping[str, str]
"""The kind of each tool by its name: `sliders`, `grid` or `choice`."""

TOLERANCE = 1e-9
"""A cosine this little below the bar is rounding, not a mistake: a perfect student has none."""


def _vector(value: Mapping[str, Any]) -> dict[tuple[str, int], float]:
    """The numbers of a slider or grid tool by place; what is not named is 0."""
    out: dict[tuple[str, int], float] = {}
    for name, numbers in value.items():
        for i, number in enumerate(numbers if isinstance(numbers, list | tuple) else [numbers]):
            out[name, i] = float(number)
    return out


def cosine(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """The cosine of two used slider or grid tools, -1 to 1; 0 where all values of one are 0."""
    x, y = _vector(a), _vector(b)
    norms = math.hypot(*x.values()) * math.hypot(*y.values())
    return sum(v * y.get(place, 0.0) for place, v in x.items()) / norms if norms else 0.0


def _check(teacher: Sequence[Row], student: Sequence[Row]) -> None:
    """Raises `ValueError` where the two are not answers to the same rows."""
    if len(teacher) != len(student):
        raise ValueError(f"{len(teacher)} rows but {len(student)} predictions")
    for i, (row, answer) in enumerate(zip(teacher, student, strict=True)):
        if answer.get("intent", row["intent"]) != row["intent"]:
            raise ValueError(f"prediction {i} answers another intent than row {i}")


def bars(teacher: Sequence[Row], student: Sequence[Row], kinds: Kinds) -> dict[str, float]:
    """The bar of each slider and grid tool: the mean cosine over the rows where both use it.

    `student` is the answers (compact rows) of the student without augmentation to `teacher`, in the
    same order. A tool that both never use has the bar 0. Raises `ValueError` where the two do not
    belong together.
    """
    _check(teacher, student)
    out: dict[str, float] = {}
    for tool, kind in kinds.items():
        if kind == "choice":
            continue
        cosines = [
            cosine(row[tool], answer[tool])
            for row, answer in zip(teacher, student, strict=True)
            if row.get(tool) is not None and answer.get(tool) is not None
        ]
        out[tool] = sum(cosines) / len(cosines) if cosines else 0.0
    return out


def _wrong(kind: str, teacher: Any, student: Any, bar: float) -> bool:
    if teacher is None or student is None:
        return teacher is not student
    if kind == "choice":
        return bool(teacher[0] != student[0])
    return cosine(teacher, student) < bar - TOLERANCE


def mistakes(
    teacher: Sequence[Row], student: Sequence[Row], kinds: Kinds, bar: Mapping[str, float]
) -> list[tuple[str, ...]]:
    """Per row the tools that are wrong, in the order of `kinds`; empty where the row is right.

    `bar` comes from `bars` of the first round. Raises `ValueError` as `bars` does.
    """
    _check(teacher, student)
    return [
        tuple(
            tool
            for tool, kind in kinds.items()
            if _wrong(kind, row.get(tool), answer.get(tool), bar.get(tool, 0.0))
        )
        for row, answer in zip(teacher, student, strict=True)
    ]
