"""What `augment` writes: a data folder that `train --data` can use as any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import rows
from ..paths import DATA
from .mistakes import Row


def bank_of(data: Path | None) -> dict[str, list[str]]:
    """All wordings of a data folder: the bank's, and those that extra teacher rows bring along,
    by normalized intent."""
    bank = rows.similar_bank(data)
    for row in rows.teacher_rows("teacher_extra", data):
        bank.setdefault(rows.normalized(row["intent"]), []).extend(row.get("similar", []))
    return bank


def write_folder(
    out: Path, data: Path | None, kept: Sequence[Row], similar: Mapping[str, Sequence[str]]
) -> None:
    """Writes catalog and rows of `data` into `out`: all test rows, and of the others those whose
    intents are in `kept`; the wordings are `similar` (by intent) and none else."""
    train, test = rows.split(data)
    intents = {row["intent"] for row in kept}
    train = [row for row in train if row["intent"] in intents]
    extra = [
        {**row, "similar": list(similar.get(row["intent"], []))}
        for row in rows.teacher_rows("teacher_extra", data)
        if row["intent"] in intents
    ]
    bank = [
        {"intent": row["intent"], "similar": list(similar[row["intent"]])}
        for row in train
        if similar.get(row["intent"])
    ]
    out.mkdir(parents=True, exist_ok=True)
    for name in ("catalog.json", "goldens.txt"):
        if (source := (data or DATA) / name).exists():
            (out / name).write_bytes(source.read_bytes())
    rows.write_jsonl(out / "train.jsonl", train)
    rows.write_jsonl(out / "test.jsonl", test)
    if extra:
        rows.write_jsonl(out / "teacher_extra" / "rows.jsonl", extra)
    rows.write_jsonl(out / "augment" / "similar.jsonl", bank)
