"""What the commands that talk to an endpoint show: warnings, progress, a table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..errors import UserError
from .ask import Prices, Run
from .chat import Usage


def warn(message: str) -> None:
    """A line on stderr."""
    Console(stderr=True, highlight=False, markup=False).print(f"warning: {message}", soft_wrap=True)


def prices(price_in: float | None, price_out: float | None, limit: float | None) -> Prices | None:
    """The prices, where both are given; `UserError` for one without the other or a limit alone."""
    if (price_in is None) != (price_out is None):
        raise UserError("--price-in and --price-out belong together")
    if price_in is None or price_out is None:
        if limit is not None:
            raise UserError("--max-cost needs --price-in and --price-out")
        return None
    return Prices(price_in, price_out, limit)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr; calls of what it yields move it by one."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.update(task, advance=1)


def table(
    title: str, counts: Mapping[str, int], run: Run, usage: Usage, price: Prices | None
) -> None:
    """Prints the counts of a run on stdout."""
    shown = Table(title=title)
    shown.add_column("")
    shown.add_column("", justify="right")
    rows = {
        **counts,
        "answered": run.answered,
        "  after asking once more": run.corrected,
        "refused": run.refused,
        "without an answer": run.failed,
        "not asked (--max-cost)": run.left,
        "requests sent again": usage.retried,
        "prompt tokens": usage.prompt_tokens,
        "completion tokens": usage.completion_tokens,
    }
    if usage.unpriced:
        rows["replies that do not tell tokens"] = usage.unpriced
    for name, number in rows.items():
        shown.add_row(name, f"{number:,}")
    if price:
        least = "at least " if usage.unpriced else ""
        shown.add_row("cost of this run", f"{least}{usage.cost(price.input, price.output):.4f}")
    Console().print(shown)
