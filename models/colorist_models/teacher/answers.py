"""A teacher's answer for one tool: its JSON schema, and what of a reply is a valid answer.

An answer is `{"rationale": "...", "parameters": null | ...}`, the rationale first, so that it is
written before the numbers that follow from it. The parameters are, by kind of tool:

    sliders  {"glow": 20, "fade": 0}
    grid     {"red": {"saturation": 5, "luminance": 0}, "blue": null}
    choice   {"name": "heart", "size": 40}

A value is a whole number within the catalog's range. What is not named is 0; a tool whose values
are all 0, or a choice with the amount 0, changes nothing and counts as unused, as in the core.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)

from ..catalog import Tool, Value


class AnswerError(ValueError):
    """A reply that is no valid answer. The message is for the teacher: what is wrong and where. It
    quotes nothing of the reply's values."""


def _whole(value: Any) -> Any:
    """12.0 is a whole number in JSON too; what else is none is left for pydantic to refuse."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_STRICT = ConfigDict(extra="forbid", strict=True)


def _number(value: Value) -> Any:
    return Annotated[int, Field(ge=value.low, le=value.high), BeforeValidator(_whole)]


def numbers(tool: Tool) -> tuple[Value, ...]:
    """What numbers a tool has: its sliders, a grid's columns, a choice's amount (one or none)."""
    if tool.kind == "sliders":
        return tool.values
    return tool.columns or ((tool.amount,) if tool.amount else ())


def _record(title: str, fields: dict[str, tuple[Any, Any]]) -> type[BaseModel]:
    """A model whose fields may have any names: they are aliases, since a slider may be called what
    Python or pydantic keep for themselves."""
    return create_model(
        title,
        __config__=_STRICT,
        **{  # type: ignore[call-overload]
            f"field_{i}": (kind, Field(alias=name, default=default))
            if default is not ...
            else (kind, Field(alias=name))
            for i, (name, (kind, default)) in enumerate(fields.items())
        },
    )


def _parameters(tool: Tool) -> type[BaseModel]:
    if tool.kind == "sliders":
        return _record("Sliders", {v.name: (_number(v), 0) for v in numbers(tool)})
    if tool.kind == "grid":
        columns = _record("Row", {v.name: (_number(v), 0) for v in numbers(tool)})
        return _record("Grid", {row: (columns | None, None) for row in tool.rows})
    fields: dict[str, tuple[Any, Any]] = {"name": (Literal[tuple(tool.options)], ...)}
    fields |= {v.name: (_number(v), ...) for v in numbers(tool)}
    return _record("Choice", fields)


class AnswerForm:
    """What an answer for one tool looks like."""

    def __init__(self, tool: Tool):
        self.tool = tool
        rationale = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
        self._model = _record(
            "Answer",
            {"rationale": (rationale, ...), "parameters": (_parameters(tool) | None, ...)},
        )

    def schema(self) -> dict[str, Any]:
        """The JSON schema, in the strict dialect of structured outputs: all is required and nothing
        may be added."""
        schema = self._model.model_json_schema(by_alias=True)

        def strict(node: Any) -> None:
            if isinstance(node, list):
                for part in node:
                    strict(part)
            elif isinstance(node, dict):
                for part in node.values():
                    strict(part)
                if node.get("type") == "object":
                    for part in node["properties"].values():
                        part.pop("default", None)
                        part.pop("title", None)
                    node["required"] = list(node["properties"])

        strict(schema)
        return schema

    def read(self, text: str) -> tuple[str, Any]:
        """(rationale, compact parameters) of a reply; raises `AnswerError`."""
        try:
            answer = self._model.model_validate(json_object(text, "parameters"))
        except ValidationError as error:
            raise AnswerError(reasons(error)) from error
        told = answer.model_dump(by_alias=True)
        return told["rationale"], self._compact(told["parameters"])

    def _compact(self, value: dict[str, Any] | None) -> Any:
        if value is None:
            return None
        if self.tool.kind == "choice":
            amounts = [value[amount.name] for amount in numbers(self.tool)]
            return [value["name"], *amounts] if all(amounts) else None
        if self.tool.kind == "sliders":
            return {name: number for name, number in value.items() if number} or None
        rows = {row: list(cells.values()) for row, cells in value.items() if cells}
        return {row: cells for row, cells in rows.items() if any(cells)} or None

    def write(self, rationale: str, value: Any) -> str:
        """The JSON of a compact value, as the worked example in a prompt shows it."""
        names = [number.name for number in numbers(self.tool)]
        parameters: Any = value
        if value is not None and self.tool.kind == "grid":
            parameters = {row: dict(zip(names, v, strict=True)) for row, v in value.items()}
        elif value is not None and self.tool.kind == "choice":
            parameters = dict(zip(["name", *names], value, strict=True))
        return json.dumps({"rationale": rationale, "parameters": parameters}, ensure_ascii=False)


_FENCE = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)


def json_object(text: str, key: str) -> Any:
    """The first JSON object with `key` in a reply: the whole text, inside a code fence, or
    somewhere between words. Raises `AnswerError` where there is none."""
    decoder = json.JSONDecoder()
    for candidate in [text, *_FENCE.findall(text)]:
        at = candidate.find("{")
        while at >= 0:
            try:
                found, _ = decoder.raw_decode(candidate, at)
                # Half a surrogate pair is JSON, but no text.
                json.dumps(found, ensure_ascii=False).encode()
            except RecursionError as error:
                raise AnswerError("the JSON of the reply is nested too deeply") from error
            except ValueError:
                # No JSON, or a number with more digits than Python reads.
                found = None
            if isinstance(found, dict) and key in found:
                return found
            at = candidate.find("{", at + 1)
    raise AnswerError(f"there is no complete JSON object with {key!r} in the reply")


def reasons(error: ValidationError) -> str:
    """What pydantic found, by place, without the values."""
    found = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in problem["loc"] if part not in ("Sliders", "Grid"))
        found.append(f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}")
    return "; ".join(found[:5]) + ("; and more" if len(found) > 5 else "")
