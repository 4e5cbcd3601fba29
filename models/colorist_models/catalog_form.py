"""The JSON of a catalog, checked: every mistake is a CatalogError that names its place."""

from __future__ import annotations

from typing import Any

from .errors import UserError

MAX_TOOLS = 16
MAX_VALUES = 1024
"""Of all tools together: sliders, cells of grids, and amounts."""
MAX_CHOICES = 4096
"""Of all tools together."""
RESERVED = (
    "intent",
    "why",
    "calls",
    "confidence",
    "timings",
    "tokens",
    "truncated",
    "similar",
    "similar_wording",
    "group",
    "error",
    "samples",
    "overall",
    "overallInterval",
)
"""What rows, answers and scores have beside the tools; `core/src/catalog/check.rs` has the same."""

_KEYS = {
    "sliders": ({"name", "kind", "sliders"}, {"meaning"}),
    "grid": ({"name", "kind", "rows", "columns"}, {"meaning"}),
    "choice": ({"name", "kind", "names"}, {"meaning", "amount"}),
}
"""Per kind, the keys that a tool has and those that it may have."""

_EDITOR = ("adjust", "selectiveAdjust", "filter")


class CatalogError(UserError):
    """A catalog that is not of the form; the message says where and what is expected."""


def tool_specs(raw: Any) -> list[dict]:
    """The tools of a catalog, each as in the general form, from either form:

    - general: `{"tools": [{"name", "kind", ...}, ...]}`;
    - editor: the keys `adjust` (sliders), `selectiveAdjust` (colors with saturation and luminance)
      and `filter` (names, intensity, and recipes, which are the core's).
    """
    _object(raw, "the catalog")
    if "tools" not in raw:
        return _checked(_editor(raw))
    _keys(raw, "the catalog", {"tools"}, set())
    if not isinstance(raw["tools"], list):
        raise CatalogError("'tools' is not a list")
    return _checked(raw["tools"])


def _editor(raw: dict) -> list[dict]:
    """The editor form as tools."""
    if missing := [name for name in _EDITOR if name not in raw]:
        raise CatalogError(
            f"there is neither 'tools' nor {missing[0]!r}; write the general form, "
            '{"tools": [{"name": ..., "kind": "sliders" or "grid" or "choice", ...}]}'
        )
    adjust, selective, chosen = (raw[name] for name in _EDITOR)
    _keys(selective, _EDITOR[1], {"colors", "saturation", "luminance"}, set())
    _keys(chosen, _EDITOR[2], {"names", "intensity"}, {"recipes"})
    _object(chosen["intensity"], "filter.intensity")
    columns = {name: selective[name] for name in ("saturation", "luminance")}
    amount = {"name": "intensity", **chosen["intensity"]}
    return [
        {"name": _EDITOR[0], "kind": "sliders", "sliders": adjust},
        {"name": _EDITOR[1], "kind": "grid", "rows": selective["colors"], "columns": columns},
        {"name": _EDITOR[2], "kind": "choice", "names": chosen["names"], "amount": amount},
    ]


def _checked(tools: list) -> list[dict]:
    if not 1 <= len(tools) <= MAX_TOOLS:
        raise CatalogError(f"there are {len(tools)} tools; there can be 1 to {MAX_TOOLS}")
    for number, tool in enumerate(tools, 1):
        _check(tool, f"tool {number}")
    _unique([tool["name"] for tool in tools], "the tools", RESERVED)
    values = sum(
        len(tool.get("rows", [""])) * len(tool.get("columns", tool.get("sliders", ())))
        + ("amount" in tool)
        for tool in tools
    )
    choices = sum(len(tool.get("names", ())) for tool in tools)
    for what, count, most in ("values", values, MAX_VALUES), ("choices", choices, MAX_CHOICES):
        if count > most:
            raise CatalogError(f"the tools have {count} {what}; there can be {most}")
    return tools


def _check(tool: Any, where: str) -> None:
    _object(tool, where)
    kind = tool.get("kind")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise CatalogError(f"{where}: 'kind' is none of {', '.join(_KEYS)}")
    _keys(tool, where, *_KEYS[kind])
    _name(tool["name"], where)
    where = tool["name"]
    if kind == "sliders":
        _ranges(tool["sliders"], f"{where}.sliders", ("used",))
    elif kind == "grid":
        if not isinstance(tool["rows"], list):
            raise CatalogError(f"{where}.rows is not a list")
        _unique(tool["rows"], f"{where}.rows", ())
        _ranges(tool["columns"], f"{where}.columns", ())
    else:
        _object(tool["names"], f"{where}.names")
        _unique(list(tool["names"]), f"{where}.names", ("none", "unused"), dots=True)
        if wrong := [n for n, meaning in tool["names"].items() if not isinstance(meaning, str)]:
            raise CatalogError(f"{where}.names: the meaning of {wrong[0]!r} is not a string")
        if "amount" in tool:
            _object(tool["amount"], f"{where}.amount")
            spec = {k: v for k, v in tool["amount"].items() if k != "name"}
            _ranges({tool["amount"].get("name"): spec}, f"{where}.amount", ("name",))


def _object(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise CatalogError(f"{where} is not an object")


def _keys(value: Any, where: str, needed: set[str], optional: set[str]) -> None:
    _object(value, where)
    if missing := sorted(needed - set(value)):
        raise CatalogError(f"{where} has no {missing[0]!r}")
    if unknown := sorted(set(value) - needed - optional):
        raise CatalogError(f"{where} has {unknown[0]!r}, which is not known")


def _name(name: Any, where: str, dots: bool = False) -> None:
    if not isinstance(name, str) or not name or name != " ".join(name.split()):
        raise CatalogError(f"{where}: a name is a string with no spaces but single ones inside")
    if "." in name and not dots:
        raise CatalogError(f"{where}: {name!r} has a dot, which separates names in a slot")


def _unique(names: list, where: str, reserved: tuple[str, ...], dots: bool = False) -> None:
    if not names:
        raise CatalogError(f"{where}: there is no name")
    for i, name in enumerate(names):
        _name(name, where, dots)
        if name in reserved:
            raise CatalogError(f"{where}: {name!r} has a meaning of its own; choose another name")
        if name in names[:i]:
            raise CatalogError(f"{where}: {name!r} is there twice")


def _ranges(specs: Any, where: str, reserved: tuple[str, ...]) -> None:
    _object(specs, where)
    _unique(list(specs), where, reserved)
    for name, spec in specs.items():
        _keys(spec, f"{where}.{name}", {"min", "max"}, {"meaning"})
        low, high = spec["min"], spec["max"]
        if type(low) is not int or type(high) is not int or not low <= 0 <= high or low == high:
            raise CatalogError(
                f"{where}.{name}: 'min' and 'max' are whole numbers with 0 between them, "
                "which means unchanged"
            )
        if not isinstance(spec.get("meaning", ""), str):
            raise CatalogError(f"{where}.{name}: 'meaning' is not a string")
