"""By how much one arm is better than another, with a paired bootstrap interval.

Both arms answer the same rows, so each resample takes the same rows for both: the interval is that
of the gain, which is narrower than what two separate intervals suggest. Several seeds of an arm are
averaged within a resample; how they scatter is not in the interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..augment.mistakes import Row, cosine

RESAMPLES = 2000


@dataclass(frozen=True)
class Gain:
    """`first` and `second` are overall scores (means over seeds), `relative` is second / first - 1,
    `low` and `high` its 95% interval."""

    first: float
    second: float
    relative: float
    low: float
    high: float


def parts(teacher: Sequence[Row], student: Sequence[Row], kinds: Mapping[str, str]) -> np.ndarray:
    """What the metrics sum up, (rows, tools, 4): teacher uses the tool, student uses it, both, and
    the quality where both do (cosine, or 1 for the same name)."""
    out = np.zeros((len(teacher), len(kinds), 4))
    for i, (row, answer) in enumerate(zip(teacher, student, strict=True)):
        for j, (tool, kind) in enumerate(kinds.items()):
            a, b = row.get(tool), answer.get(tool)
            out[i, j, :3] = a is not None, b is not None, a is not None and b is not None
            if a is not None and b is not None:
                out[i, j, 3] = float(a[0] == b[0]) if kind == "choice" else cosine(a, b)
    return out


def overall(sums: np.ndarray) -> np.ndarray:
    """The overall score of sums of `parts` over rows, (..., tools, 4) -> (...)."""
    wanted, used, both, quality = np.moveaxis(sums, -1, 0)
    f1 = 2 * both / np.maximum(wanted + used, 1)
    mean = np.maximum(quality / np.maximum(both, 1), 0)
    final = 2 * f1 * mean / np.maximum(f1 + mean, 1e-12)
    return final.mean(-1)


def gain(first: Sequence[np.ndarray], second: Sequence[np.ndarray], seed: int = 0) -> Gain:
    """The gain of the second arm over the first; each is the `parts` of its seeds, same rows."""
    rows = len(first[0])
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(rows, np.full(rows, 1 / rows), RESAMPLES).astype(float)
    weights = np.concatenate([np.ones((1, rows)), weights])

    def score(arm: Sequence[np.ndarray]) -> np.ndarray:
        return np.mean([overall(np.tensordot(weights, p, 1)) for p in arm], axis=0)

    a, b = score(first), score(second)
    relative = b / np.maximum(a, 1e-12) - 1
    low, high = np.percentile(relative[1:], [2.5, 97.5])
    return Gain(float(a[0]), float(b[0]), float(relative[0]), float(low), float(high))
