"""Log files: which there are, whether they can be read, and CSV turned into Parquet.

A log has the columns of `COLUMNS`, in any order, among others that are not read.
"""

from __future__ import annotations

import csv
import glob
import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UserError

TEXTS = ("intent", "tool", "answer_id")
COUNTS = ("shown", "exported")
COLUMNS = TEXTS + COUNTS
TAKEN = ("filename", "file_row_number")
"""Columns that DuckDB adds to those of a Parquet file, whose names it then refuses in the file."""
SIMULATED = b"simulated"
"""The key in a Parquet file's metadata that says that nobody's behavior is in it."""

FIELD_COUNT = "wrong number of fields"
NOT_UTF8 = "not UTF-8"
OPEN_QUOTE = "a quote that is not closed on its line"
STAGED = pa.schema(
    [("file", pa.string()), ("row", pa.int64()), ("problem", pa.string())]
    + [(name, pa.string()) for name in COLUMNS]
)
"""The columns of a CSV file that was turned into Parquet: where each line was, what is wrong with
it as a line (null: nothing), and its fields as text."""
BATCH = 100_000


@dataclass(frozen=True)
class Sources:
    """The files of a run: `parquet` as given, `csv` as given, and whether any is `simulated`."""

    parquet: list[Path]
    csv: list[Path]
    simulated: bool

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self.parquet) + len(self.csv)


def find(patterns: Iterable[str]) -> Sources:
    """The files that the paths or globs name, each once, in order of their names.

    A path of a file that exists is no glob, whatever is in it. Raises UserError where a pattern
    names none, where a file is neither CSV (`.csv`, `.csv.gz`) nor Parquet, and where Parquet files
    lack a column, have one of an unfit type or differ in types.
    """
    found: set[Path] = set()
    for pattern in patterns:
        literal = Path(pattern)
        paths = [literal] if literal.is_file() else map(Path, glob.glob(pattern, recursive=True))
        matches = {path for path in paths if path.is_file()}
        if not matches:
            raise UserError(f"no log file at {pattern}")
        found |= matches
    tables: list[Path] = []
    texts: list[Path] = []
    for path in sorted(found):
        if path.name.endswith((".csv", ".csv.gz")):
            texts.append(path)
        elif path.suffix == ".parquet":
            tables.append(path)
        else:
            raise UserError(f"{path}: a log is a .csv, .csv.gz or .parquet file")
    return Sources(tables, texts, _check_parquet(tables))


def _check_parquet(paths: list[Path]) -> bool:
    """Whether any of the files is simulated; raises UserError where the files do not fit."""
    first: dict[str, pa.DataType] = {}
    simulated = False
    for path in paths:
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{path} is not a readable Parquet file") from error
        simulated |= SIMULATED in (schema.metadata or {})
        for name in schema.names:
            if name.lower() in TAKEN:
                raise UserError(f"{path}: rename column {name!r}, DuckDB has one of that name")
        for name in COLUMNS:
            if name not in schema.names:
                raise UserError(f"{path} has no column {name!r}; a log has {', '.join(COLUMNS)}")
            kind = _plain(schema.field(name).type)
            fits = _is_text(kind) or (name in COUNTS and _is_count(kind))
            if not fits:
                wanted = "a count" if name in COUNTS else "text"
                raise UserError(f"{path}: column {name!r} is {kind}, not {wanted}")
            if first.setdefault(name, kind) != kind:
                raise UserError(
                    f"{path}: column {name!r} is {kind}, but {first[name]} in {paths[0]}; "
                    "write all files with the same types"
                )
    return simulated


def damaged(paths: Iterable[Path]) -> Path | None:
    """The first of the Parquet files whose data cannot be read; None where all can."""
    for path in paths:
        try:
            for _ in pq.ParquetFile(path).iter_batches(columns=list(COLUMNS)):
                pass
        except (pa.ArrowException, OSError):
            return path
    return None


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type of the values, without dictionary encoding and offset width."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_large_string(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind))


def _is_count(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def stage(path: Path, out: Path) -> None:
    """Writes a CSV file as Parquet with the columns of `STAGED`; a line that is no record has its
    `problem` and no fields.

    A record is one line: a line break inside quotes is not read, so that a quote which somebody
    forgot to close costs its own line and never the rest of the file. Rows are lines, counted from
    1 (the header). Raises UserError where there is no header, where it lacks a column or names one
    twice, and where a .gz file is damaged.
    """
    with pq.ParquetWriter(out, STAGED) as writer:
        try:
            with _open(path) as file:
                for batch in _batches(path, file):
                    columns = [list(column) for column in zip(*batch, strict=True)]
                    writer.write_table(pa.table(columns, schema=STAGED))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UserError(f"{path} is cut off, damaged or no gzip file") from error


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _fields(line: str) -> list[str] | None:
    """The fields of a CSV line; None where its quotes do not fit."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return None


def _batches(path: Path, file: BinaryIO) -> Iterator[list[tuple[str | int | None, ...]]]:
    header = _header(path, file.readline())
    width = len(header)
    places = [header.index(name) for name in COLUMNS]
    name = str(path)
    batch: list[tuple[str | int | None, ...]] = []
    empty = (None,) * len(COLUMNS)
    for number, raw in enumerate(file, start=2):
        problem, fields = None, None
        try:
            line = raw.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            problem = NOT_UTF8
        else:
            if not line.strip():
                continue
            fields = _fields(line)
            if fields is None:
                problem = OPEN_QUOTE
            elif len(fields) != width:
                problem = FIELD_COUNT
        if problem or fields is None:
            batch.append((name, number, problem, *empty))
        else:
            batch.append((name, number, None, *[fields[i] for i in places]))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _header(path: Path, raw: bytes) -> list[str]:
    try:
        fields = _fields(raw.decode("utf-8-sig").rstrip("\r\n"))
    except UnicodeDecodeError:
        fields = None
    names = [name.strip() for name in fields or []]
    for name in COLUMNS:
        if names.count(name) != 1:
            raise UserError(
                f"{path}, row 1: a log's first line names its columns, "
                f"{', '.join(COLUMNS)} once each; it has {names.count(name)} of {name!r}"
            )
    return names
