"""The tools of a catalog and whether a compact value fits one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..catalog_form import CatalogError, tool_specs
from ..errors import UserError

ToolSpecs = dict[str, dict[str, Any]]
"""The tools of a catalog by name, in its order, each as in the general form."""


def load(folder: Path) -> ToolSpecs:
    """The tools of `folder`/catalog.json. Raises UserError."""
    path = folder / "catalog.json"
    try:
        return {tool["name"]: tool for tool in tool_specs(json.loads(path.read_text("utf-8")))}
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except CatalogError as error:
        raise UserError(f"{path}: {error}") from error
    except ValueError as error:
        raise UserError(f"{path} is not JSON") from error


def value_problem(tool: dict[str, Any], value: Any) -> str | None:
    """Why a compact value (null: unused) does not fit a tool; None where it does."""
    if value is None:
        return None
    if tool["kind"] == "choice":
        return _choice_problem(tool, value)
    if not isinstance(value, dict) or not value:
        return "parameters that are neither null nor an object with values"
    for name, entry in value.items():
        if tool["kind"] == "sliders":
            numbers, specs = [entry], [tool["sliders"].get(name)]
        else:
            numbers = entry if isinstance(entry, list) else []
            specs = [*tool["columns"].values()] if name in tool["rows"] else [None]
        if specs[0] is None:
            return "a name that is not in the catalog"
        if len(numbers) != len(specs):
            return "a row without one number per column"
        for number, spec in zip(numbers, specs, strict=True):
            if found := _number_problem(number, spec):
                return found
    return None


def _choice_problem(tool: dict[str, Any], value: Any) -> str | None:
    if not isinstance(value, list) or len(value) != 1 + ("amount" in tool):
        return "parameters that are neither null nor a list of a name and its amount, if any"
    if not isinstance(value[0], str) or value[0] not in tool["names"]:
        return "a name that is not in the catalog"
    return _number_problem(value[1], tool["amount"]) if "amount" in tool else None


def _number_problem(number: Any, spec: dict[str, Any]) -> str | None:
    if type(number) is not int:
        return "a value that is not a whole number"
    if not spec["min"] <= number <= spec["max"]:
        return "a value out of range"
    return None
