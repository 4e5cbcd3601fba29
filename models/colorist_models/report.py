"""The table of the pack and the baselines on the held-out rows, as `colorist eval` scores them."""

from __future__ import annotations

import json
from pathlib import Path

from . import baselines, rows
from .checkpoint import CheckpointError
from .paths import MODELS, PACKS, cache_dir
from .program import run


def _scores(*arguments: str) -> dict:
    return json.loads(run("eval", "--json", *arguments))["subsets"]["all"]


def _line(name: str, s: dict, tools: list[str]) -> str:
    low, high = s["overallInterval"]
    cells = [f"{s[t]['f1']:.3f} / {s[t]['quality']:.3f} / {s[t]['final']:.3f}" for t in tools]
    return f"| {name} | **{s['overall']:.3f}** ({low:.3f} to {high:.3f}) | {' | '.join(cells)} |"


def _title(tool: str) -> str:
    return tool[:1].upper() + tool[1:]


def _folder() -> Path:
    return cache_dir() / "models" / "baselines"


def _held_out(test: list[dict]) -> Path:
    data = _folder() / "test.jsonl"
    rows.write_jsonl(data, test)
    return data


def write(pack: Path | None = None, target: Path = MODELS / "RESULTS.md") -> str:
    """Scores the pack and all baselines and writes the table."""
    train, test = rows.split()
    tools = rows.catalog().names
    folder, data = _folder(), _held_out(test)
    lines = [
        f"Held-out rows: {len(test)}. Per tool: F1 of use / quality / final. In brackets the 95%",
        "bootstrap interval. Made by `cargo xtask model report`.",
        "",
        f"| | overall | {' | '.join(map(_title, tools))} |",
        "|---|---|---|---|---|",
    ]
    pack = pack or PACKS / "colorist-small"
    lines.append(_line(pack.name, _scores("--data", str(data), "--pack", str(pack)), tools))
    for name, edits in baselines.predict_all(
        rows.training_set(train), test, rows.catalog()
    ).items():
        answers = [{"intent": r["intent"], **e} for r, e in zip(test, edits, strict=True)]
        rows.write_jsonl(folder / f"{name}.jsonl", answers)
        predictions = ["--data", str(data), "--predictions", str(folder / f"{name}.jsonl")]
        lines.append(_line(name, _scores(*predictions), tools))
    table = "\n".join(lines) + "\n"
    target.write_text(table, encoding="utf-8")
    return table


def _comparable(pack: Path) -> dict:
    """The manifest of a pack that was trained here. Raises CheckpointError."""
    if not (pack / "pack.json").is_file():
        raise CheckpointError(f"{pack} is no pack: it has no pack.json")
    manifest = json.loads((pack / "pack.json").read_text(encoding="utf-8"))
    if "goldens.jsonl" not in manifest["files"]:
        why = "it has no goldens, whose intents are timed"
    elif "config" not in manifest["training"]:
        why = "it does not say how it was trained"
    else:
        return manifest
    raise CheckpointError(f"{pack} cannot be compared: {why}; make it with the command pack")


def codecs(packs: list[Path]) -> str:
    """A table of packs side by side: scores on the held-out rows, the time of one edit, and size.
    The packs are timed one after the other with one thread, on their goldens' intents."""
    data, tools = _held_out(rows.split()[1]), rows.catalog().names
    lines = [
        f"| | overall | {' | '.join(map(_title, tools))} | epochs | ms | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    manifests = [_comparable(pack) for pack in packs]
    for pack, manifest in zip(packs, manifests, strict=True):
        trained = manifest["training"]["config"]
        epochs = [trained["train"]["epochs"]]
        if manifest["codec"] == "slots" and trained["polish"]:
            epochs.append(trained["polish"]["epochs"])
        time = json.loads(
            run("bench", "--json", "--cold", "1", "--threads", "1", "--pack", str(pack))
        )
        size = sum(f.stat().st_size for f in pack.iterdir()) / 1e6
        cells = [
            " + ".join(map(str, epochs)),
            f"{time['edit']['callMs']['p50']:.1f}",
            f"{size:.1f}",
        ]
        scores = _line(manifest["codec"], _scores("--data", str(data), "--pack", str(pack)), tools)
        lines.append(f"{scores} {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
