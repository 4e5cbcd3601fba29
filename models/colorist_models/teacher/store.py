"""Append-only JSON Lines files that survive being stopped at any moment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import UserError
from ..jsonl import parse


class Store:
    """A file of objects with a unique `answer_id`; each is on the disk before `add` returns."""

    def __init__(self, path: Path, *, again: bool = False):
        """Opens or makes the file. A last line that was cut off is removed, and `repaired` is then
        true. With `again` the same id may come again with other content, and the last one counts.
        Raises `UserError` with the row for any other line that is none of this file's."""
        self.path = path
        self.repaired = False
        self._again = again
        self.rows: dict[str, dict[str, Any]] = {}
        """The file's objects by `answer_id`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab+")
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> None:
        self._file.seek(0)
        content = self._file.read()
        lines = content.split(b"\n")
        whole = lines.pop()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = parse(line.decode())
                key = row["answer_id"]
                if not isinstance(key, str):
                    raise TypeError
            except (ValueError, TypeError, KeyError):
                raise UserError(
                    f"{self.path}: row {number} is not an answer: correct or remove it"
                ) from None
            if self.rows.get(key, row) != row and not self._again:
                raise UserError(f"{self.path}: row {number} repeats an answer_id, changed")
            self.rows[key] = row
        if whole:
            self._file.truncate(len(content) - len(whole))
            self.repaired = True

    def add(self, row: dict[str, Any]) -> None:
        """Appends an object."""
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.rows[row["answer_id"]] = row

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
