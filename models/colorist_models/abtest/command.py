"""`abtest` on the command line: `compare`, `plan`, `paper`."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..errors import UserError

if TYPE_CHECKING:
    from .events import Arm, Log
    from .planning import Looks
    from .rates import Comparison, Interval

app = typer.Typer(
    help="Experiments with users: project completion rates, their uncertainty, sample sizes.",
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Alpha = Annotated[float, typer.Option(help="error of the first kind, two-sided")]


@app.command()
def compare(
    log: Annotated[
        Path, typer.Argument(help="CSV or Parquet: project, arm, event; or arm, started, exported")
    ],
    control: Annotated[str, typer.Option(help="the arm to compare with")] = "control",
    treatment: Annotated[
        str | None, typer.Option(help="the other arm, where there are more than two")
    ] = None,
    alpha: Alpha = 0.05,
    margin: Annotated[
        float, typer.Option(help="the share of the control's rate that must be kept")
    ] = 0.95,
    looks: Annotated[int, typer.Option(min=1, help="how often the experiment is looked at")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="stop at the first bad row")] = False,
    seed: Annotated[int, typer.Option(help="of bootstrap and simulation")] = 0,
    as_json: Json = False,
) -> None:
    """Compare the project completion rates (exported / started) of two arms.

    With --looks, intervals and verdict are those of one look: Pocock's alpha.
    """
    from . import events, planning, rates

    _open_share("--alpha", alpha)
    if not 0 < margin <= 1:
        raise UserError(f"--margin {margin:g}: give a share of the control's rate, such as 0.95")
    read = events.read(log, strict=strict)
    pair = _pair(read, log, control, treatment)
    arms = [read.arms[name] for name in pair]
    peeking = planning.looks(looks, alpha, seed=seed) if looks > 1 else None
    # Each of several looks has less than the whole alpha.
    each = peeking.pocock if peeking else alpha
    result = rates.compare(*arms, confidence=1 - each, margin=margin, seed=seed)
    sentence = rates.verdict(result)
    if as_json:
        typer.echo(json.dumps(_report(read, pair, result, peeking, sentence), indent=2))
    else:
        _print(Console(), read, pair, arms, result, peeking, sentence)


def _pair(log: Log, path: Path, control: str, treatment: str | None) -> tuple[str, str]:
    others = [name for name in log.arms if name != control]
    there = ", ".join(sorted(log.arms)) or "none"
    if control not in log.arms:
        lost = "".join(
            f"; left out: {number:,} x {reason} (first: {log.first[reason][0]})"
            for reason, number in log.dropped.items()
        )
        raise UserError(f"{path} has no arm {control!r} ({there}); choose one with --control{lost}")
    if treatment is None and len(others) != 1:
        raise UserError(f"{path} has the arms {there}; choose one with --treatment")
    other = treatment or others[0]
    if other not in others:
        raise UserError(f"{path} has no other arm {other!r} ({there})")
    for name in (control, other):
        if not log.arms[name].started:
            raise UserError(f"{path}: the arm {name!r} started no project")
    return control, other


def _report(
    log: Log,
    pair: tuple[str, str],
    result: Comparison,
    peeking: Looks | None,
    sentence: str,
) -> dict[str, Any]:
    return {
        "control": {"arm": pair[0], **dataclasses.asdict(log.arms[pair[0]])},
        "treatment": {"arm": pair[1], **dataclasses.asdict(log.arms[pair[1]])},
        **dataclasses.asdict(result),
        "p": result.p,
        "p_limit": result.limit,
        "p_inferior_limit": result.inferior_limit,
        "verdict": sentence,
        "looks": dataclasses.asdict(peeking) if peeking else None,
        "rows": log.rows,
        "repeated": log.repeated,
        "dropped": {r: {"count": n, "first": log.first[r]} for r, n in log.dropped.items()},
    }


def _print(
    console: Console,
    log: Log,
    pair: tuple[str, str],
    arms: list[Arm],
    result: Comparison,
    peeking: Looks | None,
    sentence: str,
) -> None:
    level = f"{_percent(result.limit)} interval"
    table = Table("arm", "exported / started", "rate", f"{level} (Wilson)")
    for name, arm, rate, ends in zip(pair, arms, result.rates, result.intervals, strict=True):
        table.add_row(
            escape(name), f"{arm.exported:,} / {arm.started:,}", f"{rate:.2%}", _ends(ends, 2)
        )
    console.print(table)
    table = Table("treatment against control", "", level)
    difference = f"{100 * result.difference:+.2f} points"
    low, high = (100 * end for end in result.difference_interval)
    table.add_row("difference (Newcombe)", difference, f"{low:+.2f} to {high:+.2f}")
    ratio = "-" if result.ratio is None else f"{result.ratio:.2%}"
    table.add_row("ratio (logarithm)", ratio, _ends(result.ratio_interval, 2))
    table.add_row("ratio (bootstrap)", ratio, _ends(result.bootstrap_interval, 2))
    console.print(table)
    console.print(f"p of equal rates: {result.p_z:.3g} (z test)", end="")
    console.print("" if result.p_fisher is None else f", {result.p_fisher:.3g} (Fisher's exact)")
    if result.p_inferior is not None:
        console.print(
            f"p of a ratio of {result.margin:.0%} or less: {result.p_inferior:.3g} "
            f"(one-sided; kept if below {result.inferior_limit:.2g})"
        )
    for reason, number in log.dropped.items():
        console.print(escape(f"left out: {number:,} x {reason} (first: {log.first[reason][0]})"))
    console.print(sentence, style="bold")
    if peeking:
        _print_looks(console, peeking)


def _percent(alpha: float) -> str:
    """The confidence that `alpha`, of two digits, leaves: 95% for 0.05, 99.9% for 0.001."""
    return f"{(100 - 100 * Decimal(f'{alpha:.2g}')).normalize():f}%"


def _ends(interval: Interval | None, digits: int) -> str:
    if interval is None:
        return "-"
    return " to ".join(f"{end:.{digits}%}" for end in interval)


def _print_looks(console: Console, looks: Looks) -> None:
    later = ", ".join(f"{p:.2g}" for p in looks.obrien_fleming)
    console.print(
        f"Warning: who looks {looks.looks} times and stops at the first p below {looks.alpha:g} is "
        f"wrong in {looks.unprotected:.1%} of experiments without an effect (simulated). For "
        f"{100 * looks.alpha:.2g}% in all, a look may use p below {looks.bonferroni:.2g} "
        f"(Bonferroni), "
        f"{looks.pocock:.2g} (Pocock), or look by look {later} (O'Brien and Fleming).",
        style="yellow",
    )


@app.command()
def plan(
    base: Annotated[float, typer.Option(help="the completion rate now, such as 0.3")],
    lift: Annotated[
        float | None, typer.Option(help="the least relative change to find, such as 0.05")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(help="or: the share of the rate to show that is kept")
    ] = None,
    ratio: Annotated[float, typer.Option(help="with --margin: the true ratio")] = 1.0,
    power: Annotated[float, typer.Option(help="chance to find what there is")] = 0.8,
    alpha: Alpha = 0.05,
    looks: Annotated[int, typer.Option(min=1, help="how often it will be looked at")] = 1,
    as_json: Json = False,
) -> None:
    """Say how many projects per arm an experiment needs, and what each look at it may use."""
    from . import planning

    if (lift is None) == (margin is None):
        raise UserError("give either --lift (find a change) or --margin (show that it is kept)")
    if lift is not None:
        needed = planning.projects_for_lift(base, lift, power=power, alpha=alpha)
    else:
        assert margin is not None
        needed = planning.projects_for_margin(base, ratio, margin, power=power, alpha=alpha)
    peeking = planning.looks(looks, alpha) if looks > 1 else None
    if as_json:
        found = dataclasses.asdict(peeking) if peeking else None
        typer.echo(json.dumps({"projects_per_arm": needed, "looks": found}, indent=2))
        return
    console = Console()
    console.print(f"{needed:,} projects per arm")
    if peeking:
        _print_looks(console, peeking)


@app.command()
def paper(
    out: Annotated[Path | None, typer.Option(metavar="PNG", help="draw the intervals too")] = None,
) -> None:
    """What the paper's two ratios can mean, under assumed base rates and sizes."""
    from . import paper as examples

    typer.echo(examples.table())
    if out:
        examples.plot(out)


def _open_share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise UserError(f"{name} {value:g}: give a number between 0 and 1")
