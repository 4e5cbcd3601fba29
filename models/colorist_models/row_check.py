"""Whether a row is one of the catalog: what is wrong is a UserError without the user's text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .catalog import Catalog, Tool, Value
from .errors import UserError

BESIDE = ("intent", "why", "calls", "similar")
"""What a row may have beside its tools."""


@contextmanager
def at(place: str) -> Iterator[None]:
    """Puts the place in front of a UserError that is raised inside."""
    try:
        yield
    except UserError as error:
        raise UserError(f"{place}: {error}") from error


def check(row: dict, catalog: Catalog) -> None:
    """Raises UserError unless the row has an intent, its tools are the catalog's, and their values
    are whole numbers in range, in the compact form: a tool is null, or something changes."""
    if not isinstance(row.get("intent"), str) or not row["intent"].strip():
        raise UserError("'intent' is not a text")
    if not isinstance(row.get("why", ""), str):
        raise UserError("'why' is not a text")
    calls = row.get("calls", 1)
    if type(calls) is not int or calls < 1:
        raise UserError("'calls' is not a whole number above 0")
    if "similar" in row:
        check_wordings(row)
    known = {tool.name: tool for tool in catalog.tools}
    for name, given in row.items():
        if name in BESIDE:
            continue
        if name not in known:
            raise UserError(f"{name!r} is no tool of the catalog ({', '.join(known)})")
        if given is not None:
            check_tool(given, known[name])


def check_wordings(row: dict) -> None:
    """Raises UserError unless `similar` is a list of texts, for an `intent`."""
    similar = row.get("similar")
    if not isinstance(row.get("intent"), str):
        raise UserError("'intent' is not a text")
    if not isinstance(similar, list) or not all(isinstance(s, str) for s in similar):
        raise UserError("'similar' is not a list of texts")


def check_tool(given: Any, tool: Tool) -> None:
    """Raises UserError unless `given` is a compact value of the tool (not null)."""
    if tool.is_choice:
        numbers = (
            {given[0]: given[1:]}
            if isinstance(given, list) and given and isinstance(given[0], str)
            else None
        )
        form = f"[name, {tool.amount.name}]" if tool.amount else "[name]"
    elif tool.kind == "sliders":
        numbers = {n: [v] for n, v in given.items()} if isinstance(given, dict) else None
        form = "{slider: value}"
    else:
        numbers = given if isinstance(given, dict) else None
        form = f"{{row: [{', '.join(c.name for c in tool.columns)}]}}"
    if numbers is None or not all(isinstance(v, list) for v in numbers.values()):
        raise UserError(f"{tool.name} is neither null nor of the form {form}")
    for name, values in numbers.items():
        wanted = tool.numbers.get(name) if isinstance(name, str) else None
        if wanted is None:
            raise UserError(f"{tool.name} has no {name!r}; it has {', '.join(tool.numbers)}")
        if len(values) != len(wanted):
            raise UserError(f"{tool.name}.{name} has {len(values)} numbers; it takes {form}")
        for value, allowed in zip(values, wanted, strict=True):
            _check_number(value, allowed, f"{tool.name}.{name}")
    if not any(any(values) or not tool.numbers[name] for name, values in numbers.items()):
        raise UserError(f"{tool.name} changes nothing; write null for a tool that is not used")


def _check_number(value: Any, allowed: Value, where: str) -> None:
    if type(value) is not int:
        raise UserError(f"{where} is not a whole number")
    if not allowed.low <= value <= allowed.high:
        raise UserError(f"{where} is {value}; it goes from {allowed.low} to {allowed.high}")
