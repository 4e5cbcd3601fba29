"""The tool catalog: which tools an app has, with what values and names, and the slots they make.

A data folder's `catalog.json` is the only place that names them. Three kinds of tools:

- `sliders`: numbers by name;
- `grid`: the same numbers (`columns`) for each of some `rows`, such as colors;
- `choice`: one of some names, with an `amount` or without.

A student answers one *slot* per question ("is grade used?", "glow?", "which sticker?"); every slot
chooses among a range of *classes*: the values -100, -95 .. 100, the pair unused/used, and for each
choice "none" and its names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from .catalog_form import CatalogError, tool_specs
from .errors import UserError
from .jsonl import NotStrict, parse, read_text
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
class Value:
    """One number of a tool, from `low` to `high`: a slider, a grid's `row.column`, an amount."""

    name: str
    low: int
    high: int
    meaning: str = ""


@dataclass(frozen=True)
class Tool:
    """One tool. `kind` is `sliders`, `grid` or `choice`.

    `values`: the numbers of sliders, or of a grid row by row; a choice has none. `span`: where they
    stand among the values of all tools (`Targets.values`). `rows`, `columns`: a grid's. `names`
    (with meanings), `amount`, `choice` (the place among the choices): a choice's.
    """

    name: str
    kind: str
    values: tuple[Value, ...] = ()
    span: slice = field(default_factory=lambda: slice(0, 0))
    rows: tuple[str, ...] = ()
    columns: tuple[Value, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    amount: Value | None = None
    choice: int = -1
    meaning: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether the tool is one of some names."""
        return self.kind == "choice"

    @cached_property
    def options(self) -> list[str]:
        """The names that a choice chooses from, without their meanings."""
        return [name for name, _ in self.names]

    @property
    def numbers(self) -> dict[str, tuple[Value, ...]]:
        """What a compact value can name, and the numbers that follow each name: sliders (one), rows
        (one per column), names (the amount, if there is one)."""
        if self.kind == "sliders":
            return {v.name: (v,) for v in self.values}
        if self.kind == "grid":
            return dict.fromkeys(self.rows, self.columns)
        return dict.fromkeys(self.options, (self.amount,) if self.amount else ())


@dataclass(frozen=True)
class Targets:
    """The answers of N rows as arrays: `used` (N, tools); `values` (N, all sliders and grid values)
    in slider units; `choices` (N, choice tools) with 0 for none and i + 1 for the i-th name;
    `amounts` (N, choice tools), 0 where there is none."""

    used: np.ndarray
    values: np.ndarray
    choices: np.ndarray
    amounts: np.ndarray


class Catalog:
    """The parsed catalog; `raw` is the JSON it was read from, `path` its file if it was `load`ed.
    Raises CatalogError."""

    def __init__(self, raw: dict):
        self.raw = raw
        self.path: Path | None = None
        tools: list[Tool] = []
        place = choices = 0
        for spec in tool_specs(raw):
            tool = _tool(spec, place, choices)
            place, choices = place + len(tool.values), choices + tool.is_choice
            tools.append(tool)
        self.tools = tuple(tools)

    @classmethod
    def load(cls, path: Path = DATA / "catalog.json") -> Catalog:
        """The catalog in a file. Raises CatalogError, which names the file."""
        try:
            catalog = cls(parse(read_text(path)))
            catalog.path = path
            return catalog
        except NotStrict as error:
            line = f", line {error.line}" if error.line else ""
            raise CatalogError(f"{path}{line}: {error}") from error
        except CatalogError as error:
            raise CatalogError(f"{path}: {error}") from error
        except UserError as error:
            raise CatalogError(str(error)) from error

    @property
    def names(self) -> list[str]:
        """The tools' names, in order."""
        return [tool.name for tool in self.tools]

    @cached_property
    def choices(self) -> list[Tool]:
        """The tools that are a choice, in order."""
        return [tool for tool in self.tools if tool.is_choice]

    def tool(self, name: str) -> Tool:
        """The tool called `name`. Raises KeyError."""
        return {tool.name: tool for tool in self.tools}[name]

    @property
    def words(self) -> list[str]:
        """Every name in it: tools, sliders, rows, choices."""
        return [*self.names, *(name for tool in self.tools for name in tool.numbers)]

    @property
    def learned(self) -> dict:
        """The part that a student learns: all but the recipes of the editor form."""
        if "tools" in self.raw:
            return self.raw
        names = {k: v for k, v in self.raw["filter"].items() if k != "recipes"}
        return {**self.raw, "filter": names}

    @cached_property
    def classes(self) -> list[int | str]:
        """The answers that the head can give, in the order of its outputs."""
        named = [["none", *tool.options] for tool in self.choices]
        return [*VALUES, "unused", "used", *(name for names in named for name in names)]

    @cached_property
    def slots(self) -> list[Slot]:
        """The questions, in the order of the decoder's positions. Raises CatalogError for values
        that no class stands for."""
        try:
            return list(self._slots())
        except CatalogError as error:
            raise CatalogError(f"{self.path}: {error}" if self.path else str(error)) from error

    def _slots(self) -> Iterator[Slot]:
        first = len(VALUES) + 2
        for tool in self.tools:
            if not tool.is_choice:
                yield Slot(f"{tool.name}.used", first - 2, first)
                yield from (_value_slot(tool, v) for v in tool.values)
                continue
            start = first + sum(1 + len(t.options) for t in self.choices[: tool.choice])
            yield Slot(f"{tool.name}.name", start, start + 1 + len(tool.options))
            if tool.amount:
                yield _value_slot(tool, tool.amount)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {slot.name: i for i, slot in enumerate(self.slots)}

    @cached_property
    def value_slots(self) -> list[int]:
        """Positions of the slots of `Targets.values`, in their order."""
        return [self.slot(f"{tool.name}.{v.name}") for tool in self.tools for v in tool.values]

    @cached_property
    def amounts(self) -> list[tuple[int, int]]:
        """For each choice with an amount: its place among the choices, and its amount's slot."""
        return [
            (tool.choice, self.slot(f"{tool.name}.{tool.amount.name}"))
            for tool in self.choices
            if tool.amount
        ]

    def slot(self, name: str) -> int:
        """The decoder position of the slot called `name`. Raises KeyError."""
        return self._positions[name]

    def targets(self, rows: list[dict]) -> Targets:
        """Arrays of rows in the compact form; a tool that a row lacks is not used."""
        n, width = len(rows), sum(len(tool.values) for tool in self.tools)
        used = np.zeros((n, len(self.tools)), np.int64)
        values = np.zeros((n, width), np.float32)
        choices = np.zeros((n, len(self.choices)), np.int64)
        amounts = np.zeros((n, len(self.choices)), np.float32)
        for t, tool in enumerate(self.tools):
            place = {v.name: tool.span.start + i for i, v in enumerate(tool.values)}
            for i, row in enumerate(rows):
                given = row.get(tool.name)
                used[i, t] = given is not None
                if given is None:
                    continue
                if tool.is_choice:
                    choices[i, tool.choice] = 1 + tool.options.index(given[0])
                    amounts[i, tool.choice] = given[1] if tool.amount else 0
                elif tool.kind == "sliders":
                    for name, v in given.items():
                        values[i, place[name]] = v
                else:
                    for name, numbers in given.items():
                        for column, v in zip(tool.columns, numbers, strict=True):
                            values[i, place[f"{name}.{column.name}"]] = v
        return Targets(used, values, choices, amounts)


def _value(name: str, spec: dict) -> Value:
    return Value(name, spec["min"], spec["max"], spec.get("meaning", ""))


def _tool(spec: dict, place: int, choices: int) -> Tool:
    """A tool of its checked specification; its values begin at `place`."""
    name, kind = spec["name"], spec["kind"]
    if kind == "choice":
        amount = spec.get("amount")
        return Tool(
            name,
            kind,
            names=tuple(spec["names"].items()),
            amount=amount and _value(amount["name"], amount),
            choice=choices,
            meaning=spec.get("meaning", ""),
        )
    columns: tuple[Value, ...] = ()
    if kind == "sliders":
        values = tuple(_value(n, s) for n, s in spec["sliders"].items())
    else:
        columns = tuple(_value(n, s) for n, s in spec["columns"].items())
        values = tuple(
            Value(f"{row}.{c.name}", c.low, c.high, c.meaning)
            for row in spec["rows"]
            for c in columns
        )
    span = slice(place, place + len(values))
    rows = tuple(spec.get("rows", ()))
    return Tool(name, kind, values, span, rows, columns, meaning=spec.get("meaning", ""))


def _value_slot(tool: Tool, value: Value) -> Slot:
    """The slot of a number: its classes are the multiples of STEP in its range."""
    name = f"{tool.name}.{value.name}"
    low, high = -(-value.low // STEP) * STEP, value.high // STEP * STEP
    if low == high or low < VALUES[0] or high > VALUES[-1]:
        raise CatalogError(
            f"{name} goes from {value.low} to {value.high}; slots need a range within "
            f"{VALUES[0]}..{VALUES[-1]} that has a multiple of {STEP} besides 0"
        )
    return Slot(name, VALUES.index(low), VALUES.index(high) + 1)
