"""`prepare` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..errors import UserError
from ..paths import DATA


def prepare_command(
    answers: Annotated[Path, typer.Option(help="the teacher's answers, JSON Lines")],
    logs: Annotated[list[str], typer.Option(help="CSV or Parquet files or globs; repeatable")],
    out: Annotated[Path, typer.Option(help="the folder for the rows and the report")],
    data: Annotated[
        Path, typer.Option(help="the folder with catalog.json", show_default="models/data")
    ] = DATA,
    test: Annotated[str, typer.Option(help="held-out intents: a number or a share")] = "0.2",
    seed: Annotated[int, typer.Option(help="another split by the same rule")] = 0,
    rank: Annotated[
        Literal["wilson", "rate"],
        typer.Option(help="by the lower end of the export rate's interval, or by the rate itself"),
    ] = "wilson",
    min_shown: Annotated[int, typer.Option(min=1, help="answers shown less are left out")] = 1,
    missing: Annotated[
        Literal["drop", "unused"],
        typer.Option(help="what an intent that lacks a tool's answer becomes"),
    ] = "drop",
    strict: Annotated[bool, typer.Option("--strict", help="stop at the first bad row")] = False,
    engine: Annotated[
        Literal["duckdb", "spark"], typer.Option(help="what runs the relational steps")
    ] = "duckdb",
    memory: Annotated[str | None, typer.Option(help='DuckDB\'s limit, such as "4GB"')] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="DuckDB's threads")] = None,
    spark_option: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE for Spark; repeatable")
    ] = None,
    scratch: Annotated[Path | None, typer.Option(help="where temporary files go")] = None,
) -> None:
    """Join behavior logs to the teacher's answers; write the rows to train and test on."""
    from .prepare import Settings, prepare

    report = prepare(
        Settings(
            data=data,
            answers=answers,
            logs=tuple(logs),
            out=out,
            test=test,
            seed=seed,
            rank=rank,
            min_shown=min_shown,
            missing=missing,
            strict=strict,
            engine=engine,
            memory=memory,
            threads=threads,
            spark=tuple(_pair(option) for option in spark_option or []),
            scratch=scratch,
        )
    )
    show(report, Console())


def _pair(option: str) -> tuple[str, str]:
    key, equals, value = option.partition("=")
    if not key or not equals:
        raise UserError(f"--spark-option {option}: write KEY=VALUE")
    return key, value


def show(report: dict[str, Any], console: Console) -> None:
    """Prints what became of every row, and the table "Used / All"."""
    from .rows_out import used_table

    if report["simulated"]:
        console.print("[bold]SIMULATED logs: no figure of quality may come from these rows.[/bold]")
    table = Table("rows of the log", "", title=f"{report['logs']['rows']:,} rows of the log")
    table.columns[1].justify = "right"
    for reason, bad in report["logs"]["dropped"].items():
        place = escape(f"dropped: {reason} (first: {bad['first'][0]})")
        table.add_row(place, f"{bad['rows']:,}")
    for outcome, counts in report["outcomes"].items():
        if counts["log_rows"]:
            table.add_row(f"of answers: {outcome}", f"{counts['log_rows']:,}")
    console.print(table)
    lines = report["answers"]
    refused = sum(entry["lines"] for entry in lines["refused"].values())
    console.print(
        f"Answers: {lines['lines']:,} lines, {refused:,} refused, {lines['repeated']:,} repeated; "
        + ", ".join(f"{c['answers']:,} {name}" for name, c in report["outcomes"].items())
        + "."
    )
    intents = report["intents"]
    console.print(
        f"Intents: {intents['answered']:,} answered, {intents['without_answer']:,} without a "
        f"chosen answer, {intents['incomplete']:,} incomplete, {intents['kept']:,} kept "
        f"({intents['train']:,} train, {intents['test']:,} test)."
    )
    console.print(used_table(report["used"]))
