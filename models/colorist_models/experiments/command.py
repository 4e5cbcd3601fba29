"""`experiments`: trains, scores, and writes the table and the picture."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from .arms import Experiment
    from .gain import Gain

TITLES = {
    "rq1": "RQ1: kinds of students",
    "rq2": "RQ2: an eighth of the rows",
    "ours": "Codecs, prior, rationale at equal steps",
}


def experiments_command(
    experiment: Annotated[str, typer.Argument(metavar="rq1|rq2|ours")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="where NAME.csv and NAME.png go [models/experiments]"),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="so many trainings of each student")] = 1,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="catalog and rows of other tools")
    ] = None,
    quick: Annotated[
        bool, typer.Option(help="toy students: shows that it runs, no figure")
    ] = False,
) -> None:
    """Run one of the paper's tables on this project's data; each student is kept in the cache."""
    from rich.console import Console

    from ..errors import UserError
    from ..paths import MODELS

    if experiment not in TITLES:
        raise UserError(f"no experiment of that name: there are {', '.join(TITLES)}")
    target = out or MODELS / "experiments"
    if quick and out is None:
        raise UserError("--quick gives no figures to keep: say with --out where they go")
    if data and out is None:
        raise UserError("these are not this project's rows: say with --out where the figures go")
    run(
        cast("Experiment", experiment), target, seeds=seeds, data=data, toy=quick, console=Console()
    )


def run(experiment: Experiment, out: Path, *, seeds: int, data: Path | None, toy: bool, console):
    """Runs an experiment and writes `out/NAME.csv`, `out/NAME.png` and `out/NAME-gain.csv`."""
    from .. import rows
    from ..evaluate.scoring import Score, scores, write_csv
    from ..evaluate.table import plot, table
    from ..paths import cache_dir
    from . import arms as plan
    from .gain import gain, parts
    from .run import answers, kinds

    test = rows.split(data)[1]
    held_out = cache_dir() / "models" / "experiments" / "test.jsonl"
    rows.write_jsonl(held_out, test)
    command = f"python -m colorist_models experiments {experiment} --seeds {seeds}"
    command += (f" --data {data.name}" if data else "") + (" --quick" if toy else "")
    catalog = data / "catalog.json" if data else None
    tools = kinds(rows.catalog(data))
    found: list[Score] = []
    measured: dict[str, list] = {}
    chosen = [plan.quick(arm) if toy else arm for arm in plan.arms(experiment)]
    for arm in chosen:
        config = replace(arm.config, data=str(data) if data else None)
        for seed in range(seeds if arm.config.train.steps else 1):
            console.print(f"[bold]{arm.name}[/], seed {seed}")
            file, facts = answers(replace(arm, config=config), seed)
            facts["command"] = command
            found += scores(arm.name, held_out, predictions=file, catalog=catalog, facts=facts)
            measured.setdefault(arm.name, []).append(parts(test, rows.read_jsonl(file), tools))
    gains = [
        (arm.name, arm.against, gain(measured[arm.against], measured[arm.name]))
        for arm in chosen
        if arm.against
    ]
    title = TITLES[experiment] + (" (toy students)" if toy else "")
    console.print(table(found, title))
    write_csv(found, out / f"{experiment}.csv")
    plot(found, out / f"{experiment}.png", title)
    if gains:
        _write_gains(gains, out / f"{experiment}-gain.csv", seeds, command)
        for name, against, g in gains:
            console.print(
                f"{name} against {against}: {g.first:.3f} -> {g.second:.3f}, "
                f"{g.relative:+.1%} ({g.low:+.1%} to {g.high:+.1%})"
            )


def _write_gains(
    gains: Sequence[tuple[str, str, Gain]], path: Path, seeds: int, command: str
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        columns = ("student", "against", "overall", "overall against", "gain", "low", "high")
        table.writerow([*columns, "seeds", "command"])
        for name, against, g in gains:
            numbers = [g.second, g.first, g.relative, g.low, g.high]
            table.writerow([name, against, *(f"{n:.4f}" for n in numbers), seeds, command])
