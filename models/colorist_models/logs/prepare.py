"""The whole step: answers and logs in; `train.jsonl`, `test.jsonl` and `report.json` out.

The catalog is copied beside them, so that what is written is a data folder to train from.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from .. import rows as data_rows
from ..catalog import Catalog
from ..errors import UserError
from . import answers, relations, rows_out, sources
from .engines import DuckDB, Engine, Spark, local_path

FIRST = 5
"""How many rows of each problem are named."""
RANKINGS = ("wilson", "rate")


@dataclass(frozen=True)
class Settings:
    """What to do. `data`: the folder with the catalog; `answers`: the teacher's answers; `logs`:
    paths or globs of CSV or Parquet files; `out`: the folder to write.

    `test`: how many intents, or which share, are held out, by `seed`; `rank` and `min_shown`: see
    `relations.ranked`; `missing`: what becomes of an intent that lacks a chosen answer of some
    tool, "drop" or "unused". `strict`: the first bad row is an error. `engine`: "duckdb" (with
    `memory`, `threads`) or "spark" (with `spark` options); `scratch`: where temporary files go.
    """

    data: Path
    answers: Path
    logs: tuple[str, ...]
    out: Path
    test: str = "0.2"
    seed: int = 0
    rank: str = "wilson"
    min_shown: int = 1
    missing: str = "drop"
    strict: bool = False
    engine: str = "duckdb"
    memory: str | None = None
    threads: int | None = None
    spark: tuple[tuple[str, str], ...] = ()
    scratch: Path | None = None


def prepare(settings: Settings) -> dict[str, Any]:
    """Runs the step and returns what it wrote as `report.json`. Raises UserError."""
    _check(settings)
    catalog = data_rows.catalog(settings.data)
    logs = sources.find(settings.logs)
    if settings.scratch:
        settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="colorist-prepare-", dir=settings.scratch) as folder:
        scratch = Path(folder)
        known = scratch / "answers.parquet"
        counts = answers.read(settings.answers, catalog, known, strict=settings.strict, keep=FIRST)
        if not counts.known:
            raise UserError(f"{settings.answers} has no answer that can be used")
        staged = []
        for i, path in enumerate(logs.csv):
            staged.append(scratch / f"staged-{i}.parquet")
            sources.stage(path, staged[-1])
        engine = _engine(settings, scratch)
        try:
            return _run(settings, catalog, logs, counts, engine, scratch, staged)
        except duckdb.OutOfMemoryException as error:
            raise UserError("the memory is too small; give DuckDB more with --memory") from error
        except (duckdb.Error, pa.ArrowException) as error:
            if bad := sources.damaged(logs.parquet):
                raise UserError(f"{bad} is damaged: its data cannot be read") from error
            # The message may hold what people typed.
            raise UserError(f"DuckDB stopped with {type(error).__name__}") from error
        finally:
            engine.close()


def _check(settings: Settings) -> None:
    for name, value, allowed in (
        ("--rank", settings.rank, RANKINGS),
        ("--missing", settings.missing, rows_out.MISSING),
        ("--engine", settings.engine, ("duckdb", "spark")),
    ):
        if value not in allowed:
            raise UserError(f"{name} {value}: there is {' and '.join(allowed)}")


def _engine(settings: Settings, scratch: Path) -> Engine:
    if settings.engine == "spark":
        return Spark(scratch, dict(settings.spark))
    return DuckDB(scratch, settings.memory, settings.threads)


def _run(
    settings: Settings,
    catalog: Catalog,
    logs: sources.Sources,
    counts: answers.AnswerCounts,
    engine: Engine,
    scratch: Path,
    staged: list[Path],
) -> dict[str, Any]:
    known = engine.read([scratch / "answers.parquet"])
    log = relations.log_rows(
        engine.read_log(logs.parquet) if logs.parquet else None,
        engine.read(staged) if staged else None,
    )
    checked = relations.checked(log, known, catalog.names)
    sums = engine.store(relations.summed(checked), "sums")
    wordings = engine.read([_normalize(sums, scratch / "wordings.parquet")])
    sums = engine.store(relations.judged(sums, wordings, known), "judged")
    lost = {r["problem"]: r["log_rows"] for r in _list(relations.dropped(sums))}
    first: dict[str, list[tuple[str, int]]] = {}
    if lost:
        bad = relations.judged(checked, wordings, known)
        for r in _list(relations.first_of_each(bad, FIRST)):
            first.setdefault(r["problem"], []).append((local_path(r["file"]), r["row"]))
        first = {problem: sorted(places)[:FIRST] for problem, places in first.items()}
        if settings.strict:
            _refuse(lost, first)
    ranks = engine.store(
        relations.ranked(known, sums, by=settings.rank, min_shown=settings.min_shown), "ranks"
    )
    intents = engine.store(relations.intents(known, ranks), "intents")
    enough = len(catalog.tools) if settings.missing == "drop" else 1
    kept = intents.filter(intents.chosen >= enough)
    written = rows_out.write(settings, catalog.names, relations.rows(known, ranks, kept), kept)
    answered = intents.count().to_pyarrow().as_py()
    without = intents.filter(intents.chosen == 0).count().to_pyarrow().as_py()
    report: dict[str, Any] = {
        "simulated": logs.simulated,
        "rank": settings.rank,
        "min_shown": settings.min_shown,
        "missing": settings.missing,
        "test": settings.test,
        "seed": settings.seed,
        "answers": {
            "lines": counts.lines,
            "repeated": counts.repeated,
            "refused": {
                reason: {"lines": number, "first": counts.first[reason]}
                for reason, number in sorted(counts.refused.items())
            },
            "known": counts.known,
        },
        "logs": {
            "files": logs.count,
            "rows": sum(r["log_rows"] for r in _list(sums.select("log_rows"))),
            "dropped": {
                reason: {"rows": number, "first": [f"{f}, row {n}" for f, n in first[reason]]}
                for reason, number in sorted(lost.items())
            },
        },
        "outcomes": rows_out.outcomes(_list(relations.outcomes(ranks, kept))),
        "intents": {
            "answered": answered,
            "without_answer": without,
            "incomplete": answered - without - written.intents["kept"],
            **written.intents,
        },
        "used": written.used,
    }
    catalog_file = settings.data / "catalog.json"
    if settings.out.resolve() != settings.data.resolve():
        shutil.copyfile(catalog_file, settings.out / catalog_file.name)
    path = settings.out / "report.json"
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def _list(table: ir.Table) -> list[dict[str, Any]]:
    """The rows of a small table."""
    return table.to_pyarrow().to_pylist()


def _normalize(sums: ir.Table, out: Path) -> Path:
    """Writes the normalized form (`key`) of every wording, by Python's Unicode tables."""
    wordings = sums.filter(sums.wording.notnull()).select("wording").distinct()
    schema = pa.schema([("wording", pa.string()), ("key", pa.string())])
    with pq.ParquetWriter(out, schema) as writer:
        for batch in wordings.to_pyarrow_batches(chunk_size=100_000):
            texts = batch["wording"].to_pylist()
            keys = [data_rows.normalized(text) for text in texts]
            writer.write_table(pa.table([texts, keys], schema=schema))
    return out


def _refuse(lost: dict[str, int], first: dict[str, list[tuple[str, int]]]) -> None:
    """Raises UserError that names the first bad row."""
    (file, row), problem = min((places[0], problem) for problem, places in first.items())
    more = sum(lost.values()) - 1
    raise UserError(
        f"{file}, row {row}: {problem}" + (f" ({more} more rows have problems)" if more else "")
    )
