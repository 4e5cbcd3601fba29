"""The rows to train on, written and read again, and what is counted of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
from rich.markup import escape
from rich.table import Table

from ..rows import normalized
from . import relations
from .split import held_out

if TYPE_CHECKING:
    from .prepare import Settings

MISSING = ("drop", "unused")
SIDES = ("train", "test")


@dataclass(frozen=True)
class Written:
    """`intents`: how many were kept, and on each side; `used`: per tool and side, and over both
    (`all`), how many rows use the tool and how many there are (`of`)."""

    intents: dict[str, int]
    used: dict[str, dict[str, dict[str, int]]]


def write(settings: Settings, tools: list[str], rows: ir.Table, kept: ir.Table) -> Written:
    """Writes `train.jsonl` and `test.jsonl` into the settings' folder: compact rows with `why` (the
    chosen answers' rationales, each once, in the tools' order) and `calls`.

    `rows` and `kept` are what `relations.rows` and `relations.intents` give. Raises UserError where
    the test would have all intents or none.
    """
    keys = [k for b in kept.select("key").to_pyarrow_batches() for k in b["key"].to_pylist()]
    test = held_out(keys, settings.test, settings.seed)
    settings.out.mkdir(parents=True, exist_ok=True)
    paths = {side: settings.out / f"{side}.jsonl" for side in SIDES}
    used = {tool: dict.fromkeys(SIDES, 0) for tool in tools}
    files = {side: path.open("w", encoding="utf-8") for side, path in paths.items()}
    try:
        for key, row in _compact(rows, tools):
            side = SIDES[key in test]
            for tool in tools:
                used[tool][side] += row[tool] is not None
            files[side].write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    finally:
        for file in files.values():
            file.close()
    sizes = {"train": len(keys) - len(test), "test": len(test)}
    _validate(paths, sizes)
    return Written(
        {"kept": len(keys), **sizes},
        {
            tool: {
                "all": {"used": sum(by.values()), "of": len(keys)},
                **{side: {"used": by[side], "of": sizes[side]} for side in SIDES},
            }
            for tool, by in used.items()
        },
    )


def _compact(rows: ir.Table, tools: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The compact rows with their keys, from the chosen answers, which stand intent by intent."""
    group: list[dict[str, Any]] = []
    for batch in rows.to_pyarrow_batches(chunk_size=50_000):
        for answer in batch.to_pylist():
            if group and answer["key"] != group[0]["key"]:
                yield group[0]["key"], _row(group, tools)
                group = []
            group.append(answer)
    if group:
        yield group[0]["key"], _row(group, tools)


def _row(group: list[dict[str, Any]], tools: list[str]) -> dict[str, Any]:
    by_tool = {answer["tool"]: answer for answer in group}
    given = [by_tool[tool] for tool in tools if tool in by_tool]
    reasons = dict.fromkeys(answer["rationale"].strip() for answer in given)
    return {
        "intent": group[0]["intent"],
        "why": "; ".join(reason for reason in reasons if reason),
        **{t: json.loads(by_tool[t]["parameters"]) if t in by_tool else None for t in tools},
        "calls": group[0]["calls"],
    }


def _validate(paths: dict[str, Path], sizes: dict[str, int]) -> None:
    """Reads both files again: no intent is there twice, and none is missing."""
    seen: set[str] = set()
    for side, path in paths.items():
        with path.open(encoding="utf-8") as file:
            keys = [normalized(json.loads(line)["intent"]) for line in file]
        if len(keys) != sizes[side] or len(set(keys)) != len(keys) or seen & set(keys):
            raise RuntimeError(f"{path} does not have the intents that were chosen for it")
        seen |= set(keys)


def outcomes(groups: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Per outcome of an answer how many answers, log rows, showings and exports it has. A chosen
    answer of an intent that was not kept is "the intent is incomplete"."""
    names = (
        relations.CHOSEN,
        "the intent is incomplete",
        relations.NOT_BEST,
        relations.SELDOM_SHOWN,
        relations.NEVER_EXPORTED,
        relations.NOT_LOGGED,
    )
    counts = ("answers", "log_rows", "shown", "exported")
    out = {name: dict.fromkeys(counts, 0) for name in names}
    for group in groups:
        name = group["outcome"]
        if name == relations.CHOSEN and not group["kept"]:
            name = names[1]
        for count in counts:
            out[name][count] += group[count]
    return out


def used_table(used: dict[str, dict[str, dict[str, int]]]) -> Table:
    """The table "Used / All": per tool the rows that use it, of all rows."""
    table = Table("tool", *("all", *SIDES), title="Used / All")
    for tool, by in used.items():
        table.add_row(
            escape(tool), *(f"{by[s]['used']:,} / {by[s]['of']:,}" for s in ("all", *SIDES))
        )
    return table
