"""The tool catalogue: which tools, sliders, colors and filters there are, and the slots they make.

`data/catalog.json` is the only place that names them. A student answers one *slot* per question
("is Adjust used?", "contrast?", "which filter?"); every slot chooses among a range of *classes*:
the slider values -100, -95 .. 100, the pair unused/used, or "none" and the filter names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from .paths import DATA

STEP = 5
VALUES = list(range(-100, 101, STEP))


@dataclass(frozen=True)
class Slot:
    """One question to the student; its answer is one of `classes[start:end]`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Targets:
    """The answers of N edits as arrays: `used` (N, 3), `values` (N, sliders + colors x 2) in slider
    units, `filter` (N,) with 0 for none and i + 1 for the i-th filter, `intensity` (N,)."""

    used: np.ndarray
    values: np.ndarray
    filter: np.ndarray
    intensity: np.ndarray


class Catalog:
    """The parsed catalogue."""

    TOOLS = ("adjust", "selectiveAdjust", "filter")

    def __init__(self, raw: dict):
        self.raw = raw
        self.sliders = list(raw["adjust"])
        self.colors = list(raw["selectiveAdjust"]["colors"])
        self.filters = list(raw["filter"]["names"])

    @classmethod
    def load(cls, path: Path = DATA / "catalog.json") -> Catalog:
        return cls(json.loads(path.read_text()))

    @property
    def learned(self) -> dict:
        """The part that a student learns: all but the filters' recipes."""
        names = {k: v for k, v in self.raw["filter"].items() if k != "recipes"}
        return {**self.raw, "filter": names}

    @cached_property
    def classes(self) -> list[int | str]:
        """The answers that the head can give, in the order of its outputs."""
        return [*VALUES, "unused", "used", "none", *self.filters]

    @cached_property
    def slots(self) -> list[Slot]:
        """The questions, in the order of the decoder's positions."""
        used = (len(VALUES), len(VALUES) + 2)

        def values(spec: dict) -> tuple[int, int]:
            return VALUES.index(spec["min"]), VALUES.index(spec["max"]) + 1

        selective = self.raw["selectiveAdjust"]
        slots = [Slot("adjust.used", *used)]
        slots += [Slot(f"adjust.{s}", *values(self.raw["adjust"][s])) for s in self.sliders]
        slots += [Slot("selectiveAdjust.used", *used)]
        slots += [
            Slot(f"selectiveAdjust.{c}.{what}", *values(selective[what]))
            for c in self.colors
            for what in ("saturation", "luminance")
        ]
        slots += [Slot("filter.name", used[1], used[1] + 1 + len(self.filters))]
        slots += [Slot("filter.intensity", *values(self.raw["filter"]["intensity"]))]
        return slots

    @cached_property
    def value_slots(self) -> list[int]:
        """Positions of the slider slots: Adjust's, then SelectiveAdjust's color by color."""
        return [
            i
            for i, s in enumerate(self.slots)
            if not s.name.endswith(".used") and not s.name.startswith("filter.")
        ]

    def slot(self, name: str) -> int:
        """The decoder position of the slot called `name`."""
        return next(i for i, s in enumerate(self.slots) if s.name == name)

    def targets(self, edits: list[dict]) -> Targets:
        """Arrays of the teacher's edits (compact JSON form)."""
        n, k = len(edits), len(self.sliders)
        used = np.zeros((n, 3), np.int64)
        values = np.zeros((n, k + 2 * len(self.colors)), np.float32)
        names = np.zeros(n, np.int64)
        intensity = np.zeros(n, np.float32)
        for i, e in enumerate(edits):
            used[i] = [e[t] is not None for t in self.TOOLS]
            for name, v in (e["adjust"] or {}).items():
                values[i, self.sliders.index(name)] = v
            for color, pair in (e["selectiveAdjust"] or {}).items():
                j = k + 2 * self.colors.index(color)
                values[i, j : j + 2] = pair
            if e["filter"]:
                names[i] = 1 + self.filters.index(e["filter"][0])
                intensity[i] = e["filter"][1]
        return Targets(used, values, names, intensity)
