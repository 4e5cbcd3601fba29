"""From logits to edits for many rows, as the Rust core does it (`core/src/student/slots.rs`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np

from .catalog import VALUES, Catalog, Targets


@dataclass
class Decoding:
    """How distributions become values: a tool is used at its one of `thresholds` and above (0.5
    where there is none); a value is the mean of its distribution, rounded, and 0 when smaller than
    `deadzone` (slider units)."""

    value: str = "mean"
    deadzone: float = 2.0
    thresholds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog) -> Decoding:
        """The decoding before anything is tuned, with a threshold for each tool, as packs want."""
        return cls(thresholds=dict.fromkeys(catalog.names, 0.5))

    def limits(self, catalog: Catalog) -> np.ndarray:
        """The thresholds in the order of the tools."""
        return np.array([self.thresholds.get(name, 0.5) for name in catalog.names])

    def as_json(self) -> dict:
        """The object `decode` of a pack."""
        return asdict(self)


@dataclass
class Probabilities:
    """What the student says before any decision: `used` (N, tools); mean `values` (N, values); per
    choice tool (N, 1 + names) with "none" first; mean `amounts` (N, choice tools), 0 where there is
    none."""

    used: np.ndarray
    values: np.ndarray
    choices: list[np.ndarray]
    amounts: np.ndarray


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

    choices = [of(catalog.slot(f"{tool.name}.name")) for tool in catalog.choices]
    used = [
        1 - choices[tool.choice][:, 0]
        if tool.is_choice
        else of(catalog.slot(f"{tool.name}.used"))[:, 1]
        for tool in catalog.tools
    ]
    values = np.zeros((len(logits), len(catalog.value_slots)))
    for i, slot in enumerate(catalog.value_slots):
        values[:, i] = mean(slot)
    amounts = np.zeros((len(logits), len(catalog.choices)))
    for choice, slot in catalog.amounts:
        amounts[:, choice] = mean(slot)
    return Probabilities(np.stack(used, axis=1), values, choices, amounts)


def decide(p: Probabilities, how: Decoding, catalog: Catalog) -> Targets:
    """The edits as arrays, after thresholds, dead zone and rounding half away from zero. A tool
    whose numbers are all 0 is not used; a choice without an amount has none."""

    def settle(v: np.ndarray) -> np.ndarray:
        v = np.where(np.abs(v) < how.deadzone, 0, v)
        return np.sign(v) * np.floor(np.abs(v) + 0.5)

    values, amounts = settle(p.values), settle(p.amounts)
    used = p.used >= how.limits(catalog)
    choices = np.zeros(amounts.shape, np.int64)
    for i, tool in enumerate(catalog.tools):
        if not tool.is_choice:
            used[:, i] &= (values[:, tool.span] != 0).any(1)
            values[:, tool.span] *= used[:, i : i + 1]
            continue
        if tool.amount:
            used[:, i] &= amounts[:, tool.choice] != 0
        name = 1 + p.choices[tool.choice][:, 1:].argmax(1)
        choices[:, tool.choice] = np.where(used[:, i], name, 0)
        amounts[:, tool.choice] *= used[:, i]
    return Targets(used.astype(np.int64), values, choices, amounts)


def edits(t: Targets, catalog: Catalog) -> list[dict]:
    """Edits in the teacher's compact form: what is 0 is left out."""
    out: list[dict] = [{} for _ in t.used]
    for i, tool in enumerate(catalog.tools):
        for row, edit in enumerate(out):
            if not t.used[row, i]:
                edit[tool.name] = None
            elif tool.is_choice:
                name = tool.options[t.choices[row, tool.choice] - 1]
                amount = [int(t.amounts[row, tool.choice])] if tool.amount else []
                edit[tool.name] = [name, *amount]
            else:
                numbers = t.values[row, tool.span].astype(int).tolist()
                edit[tool.name] = _compact(tool.kind, list(tool.numbers), numbers)
    return out


def _compact(kind: str, names: list[str], numbers: list[int]) -> dict:
    """Sliders or rows with their numbers, without those that are 0."""
    if kind == "sliders":
        return {name: v for name, v in zip(names, numbers, strict=True) if v}
    width = len(numbers) // len(names)
    rows = [numbers[i : i + width] for i in range(0, len(numbers), width)]
    return {name: row for name, row in zip(names, rows, strict=True) if any(row)}
