"""Strict JSON of rows and catalogs: what Python's reader would take silently, or end with a
traceback, is a UserError that names file and line and quotes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import UserError


class NotStrict(ValueError):
    """Why a text is no strict JSON; `line` is where, from 1 (None: not known)."""

    def __init__(self, reason: str, line: int | None = None):
        super().__init__(reason)
        self.line = line


def parse(text: str) -> Any:
    """The value of a JSON text. Raises NotStrict: also for a name that an object has twice, for NaN
    and Infinity, for half a surrogate pair, for numbers of more digits than Python reads, and for
    deep nesting."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise NotStrict(f"not JSON: {error.msg}", error.lineno) from error
    except UnicodeEncodeError as error:
        raise NotStrict("not text: half a surrogate pair") from error
    except RecursionError as error:
        raise NotStrict("not usable: nested too deeply") from error
    except NotStrict:
        raise
    except ValueError as error:
        raise NotStrict("not usable: a number with too many digits") from error
    return value


def read_text(path: Path) -> str:
    """The text of a file. Raises UserError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8") from error


def read_objects(path: Path) -> list[tuple[str, dict]]:
    """The objects of a JSON Lines file, each with its place ("FILE, line 5"); blank lines are left
    out. Raises UserError."""
    out = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            value = parse(line)
        except NotStrict as error:
            raise UserError(f"{place}: {error}") from error
        if not isinstance(value, dict):
            raise UserError(f"{place}: not an object")
        out.append((place, value))
    return out


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Which one is not told: a name may be what a user typed.
        raise NotStrict("an object has the same name twice")
    return found


def _constant(name: str) -> Any:
    raise NotStrict(f"not JSON: {name}")
