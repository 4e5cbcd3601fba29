"""Scores as a table for the terminal and as a picture."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from .scoring import SUBSETS, Score


def table(found: list[Score], title: str) -> Table:
    """Overall with its interval, and F1 / quality / final per tool; the caption names the subsets
    that the rows do not have."""
    tools = list(dict.fromkeys(tool for score in found for tool in score.tools))
    missing = [x for x in SUBSETS if not any(s.samples for s in found if s.subset == x)]
    caption = "overall (95% interval); per tool F1 / quality / final"
    if missing:
        caption += f"\nno {', '.join(missing)}: `calls` of the rows do not say that the teacher "
        caption += "answered so often"
    out = Table(title=title, caption=caption)
    for name in ("student", "rows", "n", "overall", *tools):
        out.add_column(name)
    for s in found:
        if s.overall is None or s.interval is None:
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
    subset that the rows have. Several scores of a student (seeds) stand on its line."""
    from matplotlib.figure import Figure

    subsets = [s for s in SUBSETS if any(f.subset == s and f.samples for f in found)]
    students = list(dict.fromkeys(f.student for f in found))
    figure = Figure(
        figsize=(7.5 * max(1, len(subsets)), 1.6 + 0.62 * len(students)), layout="constrained"
    )
    figure.suptitle(title)
    panels = figure.subplots(1, max(1, len(subsets)), squeeze=False)[0]
    for axes, subset in zip(panels, subsets, strict=False):
        chosen = [f for f in found if f.subset == subset and f.samples]
        series = ["overall", *dict.fromkeys(tool for f in chosen for tool in f.tools)]
        for i, name in enumerate(series):
            shift = 0.16 * (i - (len(series) - 1) / 2)
            style = ("D", "black", 6) if i == 0 else ("o", f"C{i - 1}", 4)
            figures = [(students.index(f.student) + shift, *_figure(f, name)) for f in chosen]
            axes.errorbar(
                [value for _, value, _ in figures],
                [place for place, _, _ in figures],
                xerr=[
                    [max(0.0, value - low) for _, value, (low, _) in figures],
                    [max(0.0, high - value) for _, value, (_, high) in figures],
                ],
                fmt=style[0],
                color=style[1],
                markersize=style[2],
                capsize=2,
                label=name,
            )
        axes.set(xlabel=f"score on {subset}", xlim=(0, 1))
        axes.set_yticks(range(len(students)), students)
        axes.invert_yaxis()
        axes.grid(axis="x", alpha=0.3)
    if subsets:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _figure(score: Score, name: str) -> tuple[float, tuple[float, float]]:
    """(value, interval) of `overall` or of a tool's final."""
    if name == "overall":
        value = score.overall or 0.0
        return value, score.interval or (value, value)
    tool = score.tools[name]
    return tool["final"], tuple(tool.get("finalInterval", (tool["final"], tool["final"])))
