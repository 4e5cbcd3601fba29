"""The command: makes what is missing, measures, and prints, writes and draws the figures."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from . import chart, contenders, lines, machine_bound, prepare, runner, summary, table
from .job import Request
from .peer_colorist import write

INTENTS = prepare.ROOT / "models" / "data" / "teacher"


def arguments() -> argparse.Namespace:
    """The command line; xtask gives the first group."""
    parser = argparse.ArgumentParser(prog="cargo xtask peers", description=__doc__)
    given = parser.add_argument_group("given by xtask")
    given.add_argument("--colorist", required=True, help="the built program")
    given.add_argument("--models-python", required=True, help="the Python of models/")
    given.add_argument("--cache", type=Path, required=True, help="the project's cache folder")
    given.add_argument("--node", type=Path, help="a folder with transformers.js installed")
    given.add_argument("--candle", type=Path, help="the built program of candle/")
    parser.add_argument("--shape", default="flan-t5-base", choices=("flan-t5-base", "tiny"))
    parser.add_argument("--only", nargs="+", choices=contenders.FAMILIES, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3, help="times that each peer is measured")
    parser.add_argument("--intents", type=int, default=8, help="how many intents of each layout")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    return parser.parse_args()


def requests(args: argparse.Namespace, shop: prepare.Workshop) -> list[Request]:
    """The intents of every layout. What is to be written is what Colorist writes for them."""
    pool = lines.intents(INTENTS, args.intents * lines.POOL)
    tokenizer = shop.made("checkpoint") / "tokenizer.json"
    found = []
    for layout in contenders.LAYOUTS:
        answers = write(args.colorist, str(shop.made(layout)), pool, args.threads)
        written = [answer["written"] for answer in answers]
        best = lines.typical(layout, written, args.intents)
        found += lines.requests(
            tokenizer, [pool[i] for i in best], layout, [written[i] for i in best]
        )
    first = found[: args.intents]
    return found + [Request(contenders.SLOTS, r.intent, r.source, []) for r in first]


def few(found: list[Request]) -> list[Request]:
    """One request of each layout: enough to choose settings by."""
    return [_of(found, layout)[0] for layout in (*contenders.LAYOUTS, contenders.SLOTS)]


def _of(found: list[Request], layout: str) -> list[Request]:
    return [r for r in found if r.layout == layout]


def main() -> None:
    """Measures everything and leaves results.json and chart.png in `--out`."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    shop = prepare.Workshop(args.cache, args.shape, sys.executable, args.models_python, args.candle)
    places = contenders.Places(sys.executable, args.node, args.candle, args.colorist, shop.made)
    names = args.only or list(contenders.FAMILIES)
    candidates = [c for name in names for c in contenders.FAMILIES[name](places, args.threads)]
    asked = requests(args, shop)
    chosen, tried, failed = runner.best(candidates, few(asked), args.threads)
    done, broke = runner.rounds(chosen, asked, args.threads, args.rounds)
    failed |= broke
    found = summary.entries(done)
    if not found:
        raise SystemExit("error: nothing ran; the reasons are above")
    command = [sys.executable, "-m", "peers.machine", str(args.threads)]
    home = Path(__file__).parent.parent
    here = json.loads(subprocess.run(command, cwd=home, capture_output=True, check=True).stdout)
    config = json.loads((shop.made("checkpoint") / "config.json").read_text(encoding="utf-8"))
    tokens = median(len(r.source) for r in _of(asked, "changed"))
    report = {
        "shape": args.shape,
        "threads": args.threads,
        "machine": here | {"load_average_after": os.getloadavg()[0]},
        "requests": [
            {"layout": r.layout, "intent": r.intent, "tokens": len(r.source), "rows": r.rows}
            for r in asked
        ],
        "entries": found,
        "goals": summary.goals(found),
        "bound": machine_bound.bound(here, config, tokens),
        "tried": [
            {"title": t.contender.title, "settings": t.contender.settings, "ms": summary.pace(t)}
            for t in tried
        ],
        "did_not_run": failed,
    }
    (args.out / "results.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    title = f"One edit with {args.shape}'s shape on {args.threads} cores of {here['processor']}"
    chart.draw(found, title, args.out / "chart.png")
    print("\n\n".join([table.table(found), table.goals(report["goals"]), table.settings(found)]))
    for what, why in failed.items():
        print(f"\ndid not run: {what}: {why}")
    print(f"\n{args.out / 'results.json'}\n{args.out / 'chart.png'}")


if __name__ == "__main__":
    main()
