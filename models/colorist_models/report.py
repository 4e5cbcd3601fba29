"""The table of the pack and the baselines on the held-out rows, as `colorist eval` scores them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from . import baselines, rows
from .catalog import Catalog
from .paths import MODELS, PACKS, cache_dir

NAMES = {"adjust": "Adjust", "selectiveAdjust": "SelectiveAdjust", "filter": "Filter"}


def _scores(program: str, arguments: list[str]) -> dict:
    done = subprocess.run(
        [program, "eval", "--json", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)["subsets"]["all"]


def _line(name: str, s: dict) -> str:
    low, high = s["overallInterval"]
    cells = [f"{s[t]['f1']:.3f} / {s[t]['quality']:.3f} / {s[t]['final']:.3f}" for t in NAMES]
    return f"| {name} | **{s['overall']:.3f}** ({low:.3f} to {high:.3f}) | {' | '.join(cells)} |"


def write(pack: Path | None = None, target: Path = MODELS / "RESULTS.md") -> str:
    """Scores the pack and all baselines and writes the table. `COLORIST_BIN` names the program
    (`cargo xtask model` sets it)."""
    program = os.environ.get("COLORIST_BIN")
    if not program:
        raise SystemExit("error: set COLORIST_BIN to the built program, or use cargo xtask model")
    train, test = rows.split()
    folder = cache_dir() / "models" / "baselines"
    data = folder / "test.jsonl"
    rows.write_jsonl(data, test)
    lines = [
        f"Held-out rows: {len(test)}. Per tool: F1 of use / quality / final. In brackets the 95%",
        "bootstrap interval. Made by `cargo xtask model report`.",
        "",
        f"| | overall | {' | '.join(NAMES.values())} |",
        "|---|---|---|---|---|",
    ]
    pack = pack or PACKS / "colorist-small"
    lines.append(_line(pack.name, _scores(program, ["--data", str(data), "--pack", str(pack)])))
    for name, edits in baselines.predict_all(
        rows.training_set(train), test, Catalog.load()
    ).items():
        answers = [{"intent": r["intent"], **e} for r, e in zip(test, edits, strict=True)]
        rows.write_jsonl(folder / f"{name}.jsonl", answers)
        predictions = ["--data", str(data), "--predictions", str(folder / f"{name}.jsonl")]
        lines.append(_line(name, _scores(program, predictions)))
    table = "\n".join(lines) + "\n"
    target.write_text(table, encoding="utf-8")
    return table
