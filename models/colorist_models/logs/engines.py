"""What runs the relational steps: DuckDB inside this process, or Spark. Both through Ibis."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import ibis
import ibis.expr.types as ir

from ..errors import UserError
from .sources import COLUMNS


class Engine(Protocol):
    """Runs Ibis expressions over Parquet files; intermediate results are Parquet files too."""

    def read(self, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files of one schema, as one table."""
        ...

    def read_log(self, paths: Sequence[Path]) -> ir.Table:
        """The columns of Parquet logs, with the `file` and the `row` (from 1) of each row."""
        ...

    def store(self, table: ir.Table, name: str) -> ir.Table:
        """Computes a table, writes it into the scratch folder and reads it from there."""
        ...

    def close(self) -> None:
        """Gives everything back."""
        ...


def local_path(location: str) -> str:
    """The path of a file as an engine names it: as it is, or as a `file:` URI."""
    return unquote(urlsplit(location).path) if location.startswith("file:") else location


def _location(path: Path) -> str:
    """A path as Hadoop takes it: a URI in which nothing is escaped."""
    return f"file://{path.resolve()}"


def _names(paths: Sequence[Path]) -> list[str]:
    """Paths as DuckDB takes them: globs."""
    return [glob.escape(str(path)) for path in paths]


class DuckDB:
    """DuckDB in this process. What exceeds `memory` ("4GB"; None: 80% of the machine's) goes into
    files in `scratch`."""

    def __init__(self, scratch: Path, memory: str | None = None, threads: int | None = None):
        options: dict[str, Any] = {"temp_directory": str(scratch / "spill")}
        if memory:
            options["memory_limit"] = memory
        if threads:
            options["threads"] = threads
        self._scratch = scratch
        try:
            self._connection = ibis.duckdb.connect(**options)
            # Rows are ordered where their order matters; keeping the files' order costs memory.
            self._connection.raw_sql("SET preserve_insertion_order = false")
        except Exception as error:
            raise UserError(f"DuckDB refuses these options: {error}") from error

    def read(self, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files, in no order."""
        return self._connection.read_parquet(_names(paths))

    def read_log(self, paths: Sequence[Path]) -> ir.Table:
        """The columns of Parquet logs, with `file` (its path) and `row`."""
        table = self._connection.read_parquet(_names(paths), filename=True, file_row_number=True)
        return table.select(*COLUMNS, file=table.filename, row=table.file_row_number + 1)

    def store(self, table: ir.Table, name: str) -> ir.Table:
        """Writes one Parquet file into the scratch folder and reads it."""
        path = self._scratch / f"{name}.parquet"
        self._connection.to_parquet(table, path)
        return self.read([path])

    def close(self) -> None:
        """Ends the connection."""
        self._connection.disconnect()


class Spark:
    """Spark, by default in this process's own Java machine on all processors. `options` are Spark's
    ("spark.master", "spark.driver.memory"); files must be where every machine of a cluster sees
    them. Raises UserError where there is no Java."""

    def __init__(self, scratch: Path, options: dict[str, str] | None = None):
        home = os.environ.get("JAVA_HOME")
        if not shutil.which("java", path=f"{home}/bin" if home else None):
            raise UserError(
                "Spark needs Java 17: install it or set JAVA_HOME, or use --engine duckdb"
            )
        from pyspark.sql import SparkSession

        defaults = {
            "spark.master": "local[*]",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
        }
        settings = {**defaults, **(options or {})}
        if settings["spark.master"].startswith("local"):
            # Before the Java machine starts, which otherwise warns about a host without a network.
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.appName("colorist prepare")
        for key, value in settings.items():
            builder = builder.config(key, value)
        self._scratch = scratch
        self._session = builder.getOrCreate()
        self._connection = ibis.pyspark.connect(self._session)
        self._views = 0

    def _view(self, frame: Any) -> ir.Table:
        self._views += 1
        name = f"colorist_{self._views}"
        frame.createOrReplaceTempView(name)
        return self._connection.table(name)

    def read(self, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files, in no order."""
        return self._view(self._session.read.parquet(*map(_location, paths)))

    def read_log(self, paths: Sequence[Path]) -> ir.Table:
        """The columns of Parquet logs, with `file` (a URI, see `local_path`) and `row`."""
        frame = self._session.read.parquet(*map(_location, paths))
        place = ("_metadata.file_path AS file", "_metadata.row_index + 1 AS row")
        return self._view(frame.selectExpr(*COLUMNS, *place))

    def store(self, table: ir.Table, name: str) -> ir.Table:
        """Writes a folder of Parquet files into the scratch folder and reads it."""
        path = self._scratch / f"{name}.parquet"
        self._connection.to_parquet(table, _location(path))
        return self.read([path])

    def close(self) -> None:
        """Stops the session."""
        self._session.stop()
