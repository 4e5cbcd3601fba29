"""Scores through `colorist eval`, the core's own metrics with bootstrap intervals."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..program import run

SUBSETS = ("all", "r3", "r5")
"""All rows, and those whose intents the teacher answered at least 3 and 5 times (`calls`)."""


@dataclass(frozen=True)
class Score:
    """One student on one subset of the rows. Scores are 0 to 1 (a cosine's quality can be less).

    `tools`: by tool `f1`, `quality`, `final` and `finalInterval`. `interval`: 95%, by resampling
    the rows. `samples` 0: the rows have no such subset, and there is no figure.
    """

    student: str
    subset: str
    samples: int = 0
    overall: float | None = None
    interval: tuple[float, float] | None = None
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    """More columns of the table, such as how the student was trained."""


def scores(
    student: str,
    data: Path,
    *,
    pack: Path | None = None,
    predictions: Path | None = None,
    catalog: Path | None = None,
    facts: dict[str, Any] | None = None,
) -> list[Score]:
    """The scores of a pack, or of predictions (compact rows), on each of `SUBSETS` of the rows in
    the file `data`. `catalog` is needed for predictions of other tools than the editor's. Raises
    UserError where `colorist eval` refuses them."""
    given: list[Path | str] = ["--data", data]
    given += ["--pack", pack] if pack else ["--predictions", predictions or ""]
    given += ["--catalog", catalog] if catalog else []
    try:
        told = json.loads(run("eval", "--json", *map(str, given)))["subsets"]
    except subprocess.CalledProcessError as error:
        raise UserError(f"`colorist eval` refused {pack or predictions}; see above") from error
    return [_score(student, subset, told.get(subset), facts or {}) for subset in SUBSETS]


def _score(student: str, subset: str, told: dict | None, facts: dict) -> Score:
    if not told or not told.get("samples"):
        return Score(student, subset, facts=facts)
    return Score(
        student,
        subset,
        told["samples"],
        told["overall"],
        tuple(told["overallInterval"]),
        {name: v for name, v in told.items() if isinstance(v, dict) and "f1" in v},
        facts,
    )


def write_csv(found: list[Score], path: Path) -> None:
    """One line per student and subset; figures that do not exist are empty."""
    tools = list(dict.fromkeys(tool for score in found for tool in score.tools))
    extra = list(dict.fromkeys(name for score in found for name in score.facts))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["student", "subset", "samples", "overall", "low", "high"]
            + [f"{tool} {what}" for tool in tools for what in ("F1", "quality", "final")]
            + extra
        )
        for s in found:
            overall = [s.overall, *(s.interval or (None, None))]
            figures = [s.tools.get(t, {}).get(k) for t in tools for k in ("f1", "quality", "final")]
            numbers = ["" if n is None else f"{n:.4f}" for n in (*overall, *figures)]
            more = [s.facts.get(name, "") for name in extra]
            table.writerow([s.student, s.subset, s.samples, *numbers, *more])
