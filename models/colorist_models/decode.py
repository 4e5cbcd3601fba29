"""From logits to edits for many rows, as the Rust core does it (`core/src/student/slots.rs`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np

from .catalog import VALUES, Catalog, Targets


@dataclass
class Decoding:
    """How distributions become values: a tool is used at `thresholds` and above; a value is the
    mean of its distribution, rounded, and 0 when smaller than `deadzone` (slider units)."""

    value: str = "mean"
    deadzone: float = 2.0
    thresholds: dict[str, float] = field(
        default_factory=lambda: {"adjust": 0.5, "selectiveAdjust": 0.5, "filter": 0.5}
    )

    def as_json(self) -> dict:
        return asdict(self)


@dataclass
class Probabilities:
    """What the student says before any decision: `used` (N, 3), mean `values` (N, sliders + 12),
    `filter` (N, 1 + names) with "none" first, mean `intensity` (N,)."""

    used: np.ndarray
    values: np.ndarray
    filter: np.ndarray
    intensity: np.ndarray


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def probabilities(logits: np.ndarray, catalog: Catalog) -> Probabilities:
    """Reads `logits` (N, slots, classes), each slot over its own range of classes."""

    def of(slot: int) -> np.ndarray:
        s = catalog.slots[slot]
        return _softmax(logits[:, slot, s.start : s.end].astype(np.float64))

    def mean(slot: int) -> np.ndarray:
        s = catalog.slots[slot]
        return of(slot) @ np.asarray(VALUES[s.start : s.end], np.float64)

    name = of(catalog.slot("filter.name"))
    used = np.stack(
        [
            of(catalog.slot("adjust.used"))[:, 1],
            of(catalog.slot("selectiveAdjust.used"))[:, 1],
            1 - name[:, 0],
        ],
        axis=1,
    )
    values = np.stack([mean(i) for i in catalog.value_slots], axis=1)
    return Probabilities(used, values, name, mean(catalog.slot("filter.intensity")))


def decide(p: Probabilities, how: Decoding, catalog: Catalog) -> Targets:
    """The edits as arrays, after thresholds, dead zone and rounding half away from zero."""

    def settle(v: np.ndarray) -> np.ndarray:
        v = np.where(np.abs(v) < how.deadzone, 0, v)
        return np.sign(v) * np.floor(np.abs(v) + 0.5)

    k = len(catalog.sliders)
    values, intensity = settle(p.values), settle(p.intensity)
    used = p.used >= np.array([how.thresholds[t] for t in catalog.TOOLS])
    used[:, 0] &= (values[:, :k] != 0).any(1)
    used[:, 1] &= (values[:, k:] != 0).any(1)
    used[:, 2] &= intensity != 0
    names = np.where(used[:, 2], 1 + p.filter[:, 1:].argmax(1), 0)
    values[:, :k] *= used[:, :1]
    values[:, k:] *= used[:, 1:2]
    return Targets(used.astype(np.int64), values, names, intensity * used[:, 2])


def edits(t: Targets, catalog: Catalog) -> list[dict]:
    """Edits in the teacher's compact JSON form."""
    out = []
    k = len(catalog.sliders)
    for used, values, name, intensity in zip(t.used, t.values, t.filter, t.intensity, strict=True):
        adjust = {s: int(v) for s, v in zip(catalog.sliders, values[:k], strict=True) if v}
        pairs = values[k:].reshape(-1, 2).astype(int).tolist()
        selective = {c: p for c, p in zip(catalog.colors, pairs, strict=True) if any(p)}
        out.append(
            {
                "adjust": adjust if used[0] else None,
                "selectiveAdjust": selective if used[1] else None,
                "filter": [catalog.filters[name - 1], int(intensity)] if used[2] else None,
            }
        )
    return out
