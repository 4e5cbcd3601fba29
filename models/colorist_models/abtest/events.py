"""The event log of an experiment: how many projects each arm started and exported."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UserError

EVENT_COLUMNS = ("project", "arm", "event")
COUNT_COLUMNS = ("arm", "started", "exported")
EVENTS = ("started", "exported")

BAD_FIELDS = "a line that is not UTF-8, has an open quote or a wrong number of fields"
EMPTY = "an empty project or arm"
UNKNOWN_EVENT = "an event that is neither started nor exported"
BAD_COUNT = "counts that are not whole numbers with 0 <= exported <= started"
TWO_ARMS = "a project in two arms"
NOT_STARTED = "a project that was exported but not started"


@dataclass
class Arm:
    """One arm: projects `started`, and those of them that were `exported`."""

    started: int = 0
    exported: int = 0


@dataclass
class Log:
    """The `arms` by name and what was left out: rows and projects by reason, with the first places
    ("FILE, row 7"; a project by its first row). `rows` are all rows of the file; `repeated` those
    that say again what another said."""

    arms: dict[str, Arm] = field(default_factory=dict)
    rows: int = 0
    repeated: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path, *, strict: bool = False, keep: int = 5) -> Log:
    """Counts the log in a CSV or Parquet file: one event per row (`project, arm, event`), or counts
    (`arm, started, exported`). A project counts once per arm, whatever the order of its events.

    Rows that cannot be read, projects in two arms and projects that were exported but never started
    are left out and counted; with `strict` the first is a UserError. The file has the columns of
    neither form: UserError.
    """
    log = Log()

    def drop(reason: str, row: int) -> None:
        place = f"{path}, row {row}"
        if strict:
            raise UserError(f"{place}: {reason}")
        log.dropped[reason] += 1
        places = log.first.setdefault(reason, [])
        if len(places) < keep:
            places.append(place)

    table = _rows(path)
    columns = next(table)[1] or []
    if set(EVENT_COLUMNS) <= set(columns):
        wanted = EVENT_COLUMNS
    elif set(COUNT_COLUMNS) <= set(columns):
        wanted = COUNT_COLUMNS
    else:
        found = f"has the columns {', '.join(columns)}" if columns else "is empty"
        raise UserError(
            f"{path} {found}; an event log has "
            f"{', '.join(EVENT_COLUMNS)}, a counted one {', '.join(COUNT_COLUMNS)}"
        )
    places = [columns.index(name) for name in wanted]
    projects: dict[str, tuple[int, str, set[str]]] = {}
    moved: dict[str, int] = {}
    for number, fields in table:
        log.rows += 1
        if fields is None or len(fields) != len(columns):
            drop(BAD_FIELDS, number)
            continue
        first, second, third = (fields[i].strip() for i in places)
        if wanted == COUNT_COLUMNS:
            started, exported = _count(second), _count(third)
            if not first:
                drop(EMPTY, number)
            elif started is None or exported is None or exported > started:
                drop(BAD_COUNT, number)
            else:
                arm = log.arms.setdefault(first, Arm())
                arm.started += started
                arm.exported += exported
        elif not first or not second:
            drop(EMPTY, number)
        elif third not in EVENTS:
            drop(UNKNOWN_EVENT, number)
        else:
            row, arm_name, events = projects.setdefault(first, (number, second, set()))
            if arm_name != second:
                if first not in moved:
                    moved[first] = row
                    if strict:
                        drop(TWO_ARMS, number)
            elif third in events:
                log.repeated += 1
            events.add(third)
    for project, (row, name, events) in projects.items():
        if project in moved:
            drop(TWO_ARMS, row)
        elif "started" not in events:
            drop(NOT_STARTED, row)
        else:
            arm = log.arms.setdefault(name, Arm())
            arm.started += 1
            arm.exported += "exported" in events
    return log


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _rows(path: Path) -> Iterator[tuple[int, list[str] | None]]:
    """The names of the columns, then the rows with their numbers: of CSV the line (the header is
    1), of Parquet from 1. None is a line that is no record."""
    try:
        if path.suffix == ".parquet":
            yield from _parquet_rows(path)
            return
        with path.open("rb") as file:
            header = _fields(file.readline().removeprefix(b"\xef\xbb\xbf")) or []
            yield 1, [name.strip() for name in header]
            for number, line in enumerate(file, start=2):
                if line.strip():
                    yield number, _fields(line)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error


def _fields(line: bytes) -> list[str] | None:
    try:
        return next(csv.reader([line.decode().rstrip("\r\n")], strict=True), None)
    except (UnicodeDecodeError, csv.Error):
        return None


def _parquet_rows(path: Path) -> Iterator[tuple[int, list[str] | None]]:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise UserError(f"{path} is not a readable Parquet file") from error
    names = [n for n in file.schema_arrow.names if n in EVENT_COLUMNS + COUNT_COLUMNS]
    yield 0, names
    number = 0
    for batch in file.iter_batches(columns=names):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            yield number, ["" if value is None else str(value) for value in values]
