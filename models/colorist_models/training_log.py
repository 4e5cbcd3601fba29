"""The log of a training as JSON Lines, and its curves as a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

METRICS = "metrics.jsonl"
CURVES = "curves.png"


class TrainingLog:
    """Appends to `folder/metrics.jsonl`; without a folder nothing is written.

    A line a step: `step` (from 1), `epoch` (from 1), `lr` (one per parameter group: what starts
    from pre-trained weights, then what starts at random) and `loss` (the named terms, means over
    the batch). A line an evaluation: `step`, `epoch` and `dev` (the scores of `metrics.scores`).
    """

    def __init__(self, folder: Path | None):
        self.path = folder / METRICS if folder else None

    def resume(self, step: int) -> None:
        """Drops what an interrupted run wrote after its last checkpoint, which was at `step`."""
        if self.path is None:
            return
        kept = [line for line in read(self.path) if line["step"] <= step]
        self.path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def write(self, **line: Any) -> None:
        """Appends one line."""
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def plot(self) -> None:
        """Draws `curves.png` beside the log."""
        if self.path is not None:
            plot(read(self.path), self.path.with_name(CURVES))


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; none where there is no file. A last line that was cut off is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]


def _smooth(values: list[float], width: int) -> list[float]:
    """The running mean over the last `width` values."""
    parts = (values[max(0, i + 1 - width) : i + 1] for i in range(len(values)))
    return [sum(part) / len(part) for part in parts]


def plot(lines: list[dict[str, Any]], target: Path) -> None:
    """Draws the loss terms (running means), the learning rates and the development scores."""
    from matplotlib.figure import Figure

    steps = [line for line in lines if "loss" in line]
    rounds = [line for line in lines if "dev" in line]
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    losses, rates, scores = figure.subplots(1, 3)
    x = [line["step"] for line in steps]
    width = max(1, len(steps) // 50)
    for name in steps[0]["loss"] if steps else ():
        values = _smooth([line["loss"][name] for line in steps], width)
        if any(values):
            losses.plot(x, values, label=name)
    losses.set(title=f"loss (mean of {width} steps)", xlabel="step", yscale="log")
    for i, name in enumerate(("pre-trained", "fresh")):
        rates.plot(x, [line["lr"][i] for line in steps], label=name)
    rates.set(title="learning rate", xlabel="step")
    at = [line["step"] for line in rounds]
    for name in rounds[0]["dev"] if rounds else ():
        whole = name == "overall"
        values = [r["dev"][name] if whole else r["dev"][name]["final"] for r in rounds]
        scores.plot(at, values, "o-", label=name, linewidth=2.5 if whole else 1.0, markersize=3)
    scores.set(title="final scores on development rows", xlabel="step", ylim=(0, 1))
    for axes in (losses, rates, scores):
        axes.grid(alpha=0.3)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=8)
    figure.savefig(target, dpi=110)
