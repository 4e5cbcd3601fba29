"""The figures as a bar chart."""

from __future__ import annotations

from pathlib import Path

COLORS = {"slots": "#0b7a75", "changed": "#e0a030", "all": "#8c6bb1"}
NAMES = {
    "slots": "slots: the whole edit in one decoder pass",
    "changed": "text: the values that are not zero",
    "all": "text: every slider and color",
}
HIDDEN = ("bare-head",)
"""Families that only the table has."""


def places(entries: list[dict]) -> tuple[list[tuple[float, dict]], dict[str, float]]:
    """Where the bars stand: (height and entry of each, height of each title in their middle). The
    fastest is on top; the same peer's bars are together."""
    shown = [e for e in entries if e["family"] not in HIDDEN]
    fastest: dict[str, float] = {}
    for e in shown:
        fastest[e["title"]] = min(e["median_ms"], fastest.get(e["title"], e["median_ms"]))
    bars, middles, height = [], {}, 0.0
    for title in sorted(fastest, key=lambda t: fastest[t], reverse=True):
        mine = [
            e for layout in COLORS for e in shown if (e["title"], e["layout"]) == (title, layout)
        ]
        heights = [height + i for i in reversed(range(len(mine)))]
        bars += zip(heights, mine, strict=True)
        middles[title] = sum(heights) / len(heights)
        height += len(mine) + 0.7
    return bars, middles


def draw(entries: list[dict], title: str, file: Path) -> None:
    """Writes a PNG: one bar for each contender and layout, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Patch

    bars, middles = places(entries)
    shown = [e for _, e in bars]
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.42 * len(bars)), layout="constrained")
    for height, e in bars:
        ours = e["family"].startswith("colorist")
        red, green, blue = to_rgb(COLORS[e["layout"]])
        color = (red, green, blue) if ours else [1 - 0.5 * (1 - c) for c in (red, green, blue)]
        axes.barh(height, e["median_ms"], 0.86, color=color)
        axes.plot([e["median_ms"], e["p90_ms"]], [height, height], color="#333", linewidth=1)
        axes.text(
            max(e["median_ms"], e["p90_ms"]) * 1.06,
            height,
            f"{e['median_ms']:,.0f} ms",
            va="center",
            fontsize=9,
            fontweight="bold" if ours else "normal",
        )
    axes.set_yticks(list(middles.values()), list(middles))
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text().startswith("Colorist") else "normal")
    axes.set_xscale("log")
    low, high = min(e["median_ms"] for e in shown), max(e["p90_ms"] for e in shown)
    axes.set_xlim(low / 2, high * 2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f} ms")
    axes.grid(axis="x", which="both", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("time of one edit: median, line to the 90th percentile (logarithmic scale)")
    axes.set_title(title, loc="left", fontsize=12)
    layouts = [layout for layout in COLORS if any(e["layout"] == layout for e in shown)]
    handles = [Patch(color=COLORS[layout], label=NAMES[layout]) for layout in layouts]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    figure.savefig(file, dpi=150)
    plt.close(figure)
