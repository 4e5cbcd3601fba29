"""The table that `augment` prints."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def rounds_table(report: dict[str, Any]) -> Table:
    """A row for each round of the report of `loop.augment`; scores are the overall ones of the
    development rows."""
    shown = Table(title="augment")
    for name in ("round", "rows", "wrong rows", "wanted", "added", "dropped", "dev"):
        shown.add_column(name, no_wrap=True)

    def overall(scores: dict[str, Any] | None) -> str:
        return f"{scores['overall']:.3f}" if scores else "-"

    def listed(counts: dict[str, int]) -> str:
        return "\n".join(f"{name} {count:,}" for name, count in counts.items() if count) or "-"

    for r in report["rounds"]:
        shown.add_row(
            *(str(r["round"]), f"{r['rows']:,}"),
            f"{r['wrong_rows']:,}\n{listed(r['mistakes'])}",
            *(f"{r['wanted']:,}", f"{r['added']:,}"),
            listed({"not offered": r["wanted"] - r["offered"], **r["dropped"]}),
            f"{overall(r['before'])} to {overall(r['after'])}",
        )
    return shown
