"""`evaluate`: packs and predictions side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate_command(
    packs: Annotated[
        list[Path] | None, typer.Option("--pack", metavar="PACK", help="a pack; repeatable")
    ] = None,
    predictions: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="a student's answers (compact rows); repeatable"),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="catalog and rows; the held-out are used")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="also evaluate.csv and evaluate.png")
    ] = None,
) -> None:
    """Score packs and predictions on all held-out rows, and on those that the teacher answered at
    least 3 and 5 times."""
    from rich.console import Console

    from .. import rows
    from ..errors import UserError
    from ..paths import cache_dir
    from .scoring import scores, write_csv
    from .table import plot, table

    if not packs and not predictions:
        raise UserError("nothing to evaluate: give --pack PACK or --predictions FILE")
    held_out = cache_dir() / "models" / "evaluate" / "test.jsonl"
    rows.write_jsonl(held_out, rows.split(data)[1])
    # A pack knows its tools; predictions do not, and the program's own are the editor's.
    catalog = data / "catalog.json" if data else None
    found = [s for pack in packs or [] for s in scores(pack.name, held_out, pack=pack)]
    for file in predictions or []:
        found += scores(file.stem, held_out, predictions=file, catalog=catalog)
    title = "Scores on the held-out rows"
    Console().print(table(found, title))
    if out:
        write_csv(found, out / "evaluate.csv")
        plot(found, out / "evaluate.png", title)
