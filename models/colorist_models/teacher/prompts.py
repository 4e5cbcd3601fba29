"""Prompts: Markdown files that one can read and edit, filled from the catalog.

A file has the sections `# system`, `# user`, `# assistant` (alternating, the last one the user's
question) and `# again`, what is said after an answer that cannot be used. `$name` is filled in,
`$$` is a dollar sign. Which names there are: see `tool_prompt` and `augment.endpoint`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from ..catalog import Tool, Value
from ..errors import UserError
from ..paths import MODELS
from .answers import AnswerForm, numbers

PROMPTS = MODELS / "prompts"

Message = dict[str, str]
"""A chat message: `role` and `content`."""

_ROLES = ("system", "user", "assistant")
_HEADING = re.compile(r"^# (\w+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Prompt:
    """A prompt file whose fixed names are filled in; those of a single question are open."""

    path: Path
    sections: tuple[tuple[str, Template], ...]
    again: Template

    @classmethod
    def read(cls, path: Path, fixed: Mapping[str, str], open_: tuple[str, ...]) -> Prompt:
        """Reads and fills a file; `UserError` for a missing section or a name that is not known."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UserError(f"{path}: cannot be read: {error.strerror}") from error
        parts = _HEADING.split(text)
        named = list(zip(parts[1::2], parts[2::2], strict=True))
        roles = [name for name, _ in named]
        if roles.count("again") != 1 or roles[-2:] != ["user", "again"]:
            raise UserError(f"{path}: must end with the sections '# user' and '# again'")
        if unknown := set(roles) - {*_ROLES, "again"}:
            raise UserError(f"{path}: unknown section '# {min(unknown)}'")
        # An open name stays open: it stands for itself, while what it is filled with is not read.
        values = {**fixed, **{name: f"${{{name}}}" for name in open_}}
        filled = []
        for role, body in named:
            names = {**values, "reason": "${reason}"} if role == "again" else values
            closed = {k: v.replace("$", "$$") if k in fixed else v for k, v in names.items()}
            try:
                filled.append((role, Template(_once(body.strip(), closed))))
            except KeyError as error:
                raise UserError(
                    f"{path}: there is nothing to fill in for ${error.args[0]}"
                ) from None
            except ValueError as error:
                raise UserError(f"{path}: a dollar sign is written $$ ({error})") from None
        return cls(path, tuple(filled[:-1]), filled[-1][1])

    def messages(self, **values: str) -> list[Message]:
        """The chat that asks one question; `values` are the open names."""
        return [{"role": r, "content": t.substitute(values)} for r, t in self.sections]

    def once_more(self, reason: str, **values: str) -> Message:
        """What is said after an answer that cannot be used."""
        return {"role": "user", "content": self.again.substitute(values, reason=reason)}

    def digest(self, *more: Any) -> str:
        """12 hex digits of the hash of all that is asked but the single question; `more` (JSON),
        such as the schema, is part of it."""
        texts = [[role, template.template] for role, template in self.sections]
        content = json.dumps([texts, self.again.template, *more], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def _once(body: str, values: Mapping[str, str]) -> str:
    """Fills `body`; a `$$` in it stays one, since the result is a template again."""
    return Template(body.replace("$$", "$$$$")).substitute(values)


def _listed(items: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {text}" if text else f"- {name}" for name, text in items)


def _ranges(values: Iterable[Value]) -> str:
    return _listed((f"{v.name} ({v.low} to {v.high})", v.meaning) for v in values)


def tool_prompt(folder: Path, tool: Tool, form: AnswerForm, example: Mapping[str, Any]) -> Prompt:
    """The prompt of one tool: `folder/KIND.md` filled from the catalog.

    `example` is a compact row with `why`, the one worked example; it is one of the catalog. Names
    in the file: `tool`, `meaning`, `parameters`, `rows`, `names`, `form` (a choice's),
    `example_intent`, `example_answer`; open: `intent`; in `# again` also `reason`.
    """
    amount = f', "{tool.amount.name}": number' if tool.amount else ""
    parameters = _ranges(numbers(tool))
    if tool.amount:
        told = f"A choice also has its {tool.amount.name}, a whole number in steps of 5:"
        parameters = f"\n{told}\n\n{parameters}\n"
    fixed = {
        "tool": tool.name,
        "meaning": f" {tool.meaning}" if tool.meaning else "",
        "parameters": parameters,
        "rows": _listed((row, "") for row in tool.rows),
        "names": _listed(tool.names),
        "form": f'{{"name": "..."{amount}}}',
        "example_intent": example["intent"],
        "example_answer": form.write(example["why"], example.get(tool.name)),
    }
    return Prompt.read(folder / f"{tool.kind}.md", fixed, ("intent",))
