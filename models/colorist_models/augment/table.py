"""The table that `augment` prints."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def rounds_table(report: dict[str, Any]) -> Table:
    """A column for each round of the report of `loop.augment`; scores are the overall ones of the
    development rows."""
    rounds = report["rounds"]
    shown = Table("round", title="augment")
    for r in rounds:
        shown.add_column(str(r["round"]), justify="right")

    def add(name: str, numbers: list[int]) -> None:
        shown.add_row(name, *(f"{number:,}" for number in numbers))

    add("rows", [r["rows"] for r in rounds])
    add("wrong rows", [r["wrong_rows"] for r in rounds])
    for tool in rounds[0]["mistakes"]:
        add(f"  by {tool}", [r["mistakes"][tool] for r in rounds])
    add("similar intents wanted", [r["wanted"] for r in rounds])
    add("  not offered", [r["wanted"] - r["offered"] for r in rounds])
    for reason in sorted({reason for r in rounds for reason in r["dropped"]}):
        add(f"  dropped: {reason}", [r["dropped"].get(reason, 0) for r in rounds])
    add("  added", [r["added"] for r in rounds])
    add("  withdrawn: beside a held-out one", [r.get("withdrawn", 0) for r in rounds])
    for when in ("before", "after"):
        scores = [r[when] for r in rounds]
        told = [f"{score['overall']:.3f}" if score else "-" for score in scores]
        shown.add_row(f"score {when}", *told)
    return shown
