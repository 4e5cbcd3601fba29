"""Scores as a table for the terminal and as a picture."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from .scoring import SUBSETS, Score


def table(found: list[Score], title: str) -> Table:
    """Overall with its interval, and F1 / quality / final per tool; a dash where there is no such
    subset of the rows."""
    tools = list(dict.fromkeys(tool for score in found for tool in score.tools))
    out = Table(title=title, caption="overall (95% interval); per tool F1 / quality / final")
    for name in ("student", "rows", "n", "overall", *tools):
        out.add_column(name)
    for s in found:
        if s.overall is None or s.interval is None:
            out.add_row(s.student, s.subset, "0", "-", *("-" for _ in tools))
            continue
        cells = [
            " / ".join(f"{s.tools[t][k]:.3f}" for k in ("f1", "quality", "final")) for t in tools
        ]
        low, high = s.interval
        overall = f"{s.overall:.3f} ({low:.3f} to {high:.3f})"
        out.add_row(s.student, s.subset, str(s.samples), overall, *cells)
    return out


def plot(found: list[Score], path: Path, title: str) -> None:
    """Draws overall and the tools' finals of each student with 95% intervals, one panel for each
    subset that the rows have."""
    from matplotlib.figure import Figure

    subsets = [s for s in SUBSETS if any(f.subset == s and f.samples for f in found)]
    students = list(dict.fromkeys(f.student for f in found))
    figure = Figure(
        figsize=(7.5 * max(1, len(subsets)), 1.6 + 0.62 * len(students)), layout="constrained"
    )
    figure.suptitle(title)
    panels = figure.subplots(1, max(1, len(subsets)), squeeze=False)[0]
    for axes, subset in zip(panels, subsets, strict=False):
        chosen = {f.student: f for f in found if f.subset == subset and f.samples}
        tools = list(dict.fromkeys(t for f in chosen.values() for t in f.tools))
        series = ["overall", *tools]
        for i, name in enumerate(series):
            places = [n + 0.16 * (i - (len(series) - 1) / 2) for n in range(len(students))]
            for place, student in zip(places, students, strict=True):
                if not (score := chosen.get(student)):
                    continue
                value, interval = _figure(score, name)
                error = [[max(0.0, value - interval[0])], [max(0.0, interval[1] - value)]]
                axes.errorbar(
                    value,
                    place,
                    xerr=error,
                    fmt="D" if name == "overall" else "o",
                    color="black" if name == "overall" else f"C{i - 1}",
                    markersize=6 if name == "overall" else 4,
                    capsize=2,
                    label=name if student == next(iter(chosen)) else None,
                )
        axes.set(xlabel=f"score on {subset}", xlim=(0, 1))
        axes.set_yticks(range(len(students)), students)
        axes.invert_yaxis()
        axes.grid(axis="x", alpha=0.3)
        axes.legend(fontsize=8, loc="lower left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _figure(score: Score, name: str) -> tuple[float, tuple[float, float]]:
    """(value, interval) of `overall` or of a tool's final."""
    if name == "overall":
        value = score.overall or 0.0
        return value, score.interval or (value, value)
    tool = score.tools[name]
    return tool["final"], tuple(tool.get("finalInterval", (tool["final"], tool["final"])))
