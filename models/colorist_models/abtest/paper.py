"""The paper's two online experiments as worked examples.

The paper gives the ratios of the project completion rates only: 96.1% (FlanT5-base against
GPT-3.5-Turbo) and about 99% (Llama-2-7b against FlanT5-base). Base rates and sizes are not public,
so they are assumed here, several of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from .events import Arm
from .planning import indistinguishable_below, margin_reached_at, projects_for_margin
from .rates import compare

RATIOS = (0.961, 0.99)
BASES = (0.10, 0.30, 0.50)
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
MARGIN = 0.95


@dataclass(frozen=True)
class Needs:
    """For one `ratio` at one `base` rate, projects per arm with which that very ratio, if measured,
    is significantly different from 1 (`different`) and has a lower end above 0.95 (`above_margin`);
    and with which an experiment whose true ratio it is shows the latter with 80% power
    (`planned`). 95% confidence, two-sided."""

    ratio: float
    base: float
    different: int
    above_margin: int
    planned: int


def needs() -> list[Needs]:
    """All ratios and base rates."""
    return [
        Needs(
            ratio,
            base,
            indistinguishable_below(base, ratio),
            margin_reached_at(base, ratio, MARGIN),
            projects_for_margin(base, ratio, MARGIN),
        )
        for ratio in RATIOS
        for base in BASES
    ]


def measured(ratio: float, base: float, size: int) -> tuple[float, float]:
    """The 95% interval of the ratio, were it measured with `size` projects per arm."""
    control = Arm(size, round(size * base))
    result = compare(control, Arm(size, round(size * base * ratio)))
    assert result.ratio_interval
    return result.ratio_interval


def table() -> str:
    """Both tables, as Markdown."""
    lines = [
        "| ratio | assumed base rate | different from 1 | lower end above 0.95 | planned |",
        "|---|---|---|---|---|",
    ]
    for n in needs():
        figures = f"{n.different:,} | {n.above_margin:,} | {n.planned:,}"
        lines.append(f"| {n.ratio:.1%} | {n.base:.0%} | {figures} |")
    lines += [
        "",
        "| projects per arm (base rate 30%) | " + " | ".join(f"{r:.1%}" for r in RATIOS) + " |",
        "|---|" + "---|" * len(RATIOS),
    ]
    for size in SIZES:
        ends = [measured(ratio, 0.30, size) for ratio in RATIOS]
        cells = " | ".join(f"{low:.1%} to {high:.1%}" for low, high in ends)
        lines.append(f"| {size:,} | {cells} |")
    return "\n".join(lines)


def plot(path: Path) -> None:
    """Draws the interval of each ratio over the projects per arm, for every assumed base rate.

    The ending of `path` says the format. Raises UserError where matplotlib does not know it.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    known = FigureCanvasBase.get_supported_filetypes()
    if path.suffix[1:].lower() not in known:
        raise UserError(f"{path}: unknown picture format; there are {', '.join(sorted(known))}")
    path.parent.mkdir(parents=True, exist_ok=True)

    sizes = [round(1000 * 10 ** (i / 10)) for i in range(31)]
    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    for axis, ratio in zip(axes, RATIOS, strict=True):
        for base, color in zip(BASES, ("#7aa6c2", "#33658a", "#0d2b45"), strict=True):
            ends = [measured(ratio, base, size) for size in sizes]
            for i, end in enumerate(zip(*ends, strict=True)):
                label = f"base rate {base:.0%}" if i == 0 else None
                axis.plot(sizes, end, color=color, label=label)
        axis.axhline(ratio, color="#999999", linewidth=0.8)
        axis.axhline(1, color="#222222", linewidth=0.8, linestyle=":")
        axis.axhline(MARGIN, color="#b3541e", linewidth=0.8, linestyle="--")
        axis.set_xscale("log")
        axis.set_title(f"measured ratio {ratio:.1%}")
        axis.set_xlabel("projects per arm")
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axis.set_ylim(0.80, 1.20)
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes[0].set_ylabel("95% interval of the ratio")
    axes[0].legend(frameon=False)
    axes[1].text(sizes[-1], MARGIN - 0.004, "95%", ha="right", va="top", color="#b3541e")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
