"""A data folder: its catalog, the teacher's rows, the bank of similar intents, and the split.

In the folder are `catalog.json`; the rows, as `train.jsonl` and `test.jsonl` or as
`teacher/*.jsonl`, which are then split by hash; and, where there are any, more rows to train on
(`teacher_extra/*.jsonl`), other wordings (`augment/*.jsonl`) and `goldens.txt`. Functions take the
folder as `data`; None is this project's own.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .catalog import Catalog
from .errors import UserError
from .jsonl import read_objects
from .paths import DATA
from .row_check import at, check, check_wordings

TEST_PERCENT = 20


def normalized(intent: str) -> str:
    """The form under which two intents are the same: NFKC, case-folded, single spaces, no
    punctuation at the ends."""
    text = unicodedata.normalize("NFKC", intent).casefold()
    return " ".join(text.split()).strip(" .!?,;:")


def is_test(intent: str) -> bool:
    """Whether an intent belongs to the test fifth: the first 32 bits of the SHA-256 of its
    normalized form, modulo 100, below 20."""
    digest = hashlib.sha256(normalized(intent).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < TEST_PERCENT


def read_jsonl(path: Path) -> list[dict]:
    """The objects of a JSON Lines file, without looking at what is in them. Raises UserError, which
    names file and line."""
    return [value for _, value in read_objects(path)]


def write_jsonl(path: Path, rows: list[dict]) -> None:
    """Writes objects as JSON Lines, compact."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def catalog(data: Path | None = None) -> Catalog:
    """The catalog of a data folder. Raises CatalogError."""
    return Catalog.load((data or DATA) / "catalog.json")


def read_rows(path: Path, tools: Catalog) -> list[dict]:
    """The rows of a file, each checked (see `row_check.check`). Raises UserError, which names file
    and line."""
    return [row for _, row in _checked([path], tools)]


def teacher_rows(part: str = "teacher", data: Path | None = None) -> list[dict]:
    """All rows of a data folder's `part` (`teacher` or `teacher_extra`), in file order, checked.
    Raises UserError, for two `teacher` rows with the same intent too."""
    folder = data or DATA
    rows = _checked(sorted((folder / part).glob("*.jsonl")), catalog(data))
    if part == "teacher":
        _unique(rows)
    return [row for _, row in rows]


def split(data: Path | None = None) -> tuple[list[dict], list[dict]]:
    """(train, test) of a data folder: its `train.jsonl` and `test.jsonl`, or else the rows of
    `teacher/` by the hash of their intents. Raises UserError; no intent may be there twice, in one
    part or in both."""
    folder = data or DATA
    files = [folder / "train.jsonl", folder / "test.jsonl"]
    there = [file for file in files if file.exists()]
    if not there:
        rows = teacher_rows(data=data)
        if not rows:
            raise UserError(f"{folder} has neither train.jsonl and test.jsonl nor teacher/*.jsonl")
        train = [r for r in rows if not is_test(r["intent"])]
        return train, [r for r in rows if is_test(r["intent"])]
    if len(there) == 1:
        (missing,) = set(files) - set(there)
        raise UserError(f"{folder} has {there[0].name} but no {missing.name}")
    parts = [_checked([file], catalog(data)) for file in files]
    _unique([*parts[0], *parts[1]])
    return [row for _, row in parts[0]], [row for _, row in parts[1]]


def first_intents(data: Path | None = None) -> list[str]:
    """The intents that a pack's goldens begin with: the lines of `goldens.txt`, where there is
    one."""
    path = (data or DATA) / "goldens.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def similar_bank(data: Path | None = None) -> dict[str, list[str]]:
    """Wordings that deserve the same answer, by the normalized intent that they were written
    for."""
    bank: dict[str, list[str]] = {}
    for path in sorted(((data or DATA) / "augment").glob("*.jsonl")):
        for place, row in read_objects(path):
            with at(place):
                check_wordings(row)
            bank.setdefault(normalized(row["intent"]), []).extend(row["similar"])
    return bank


def _checked(paths: list[Path], tools: Catalog) -> list[tuple[str, dict]]:
    rows = [numbered for path in paths for numbered in read_objects(path)]
    for place, row in rows:
        with at(place):
            check(row, tools)
    return rows


def _unique(rows: list[tuple[str, dict]]) -> None:
    """Raises UserError where two intents are the same after normalizing."""
    seen: dict[str, str] = {}
    for place, row in rows:
        key = normalized(row["intent"])
        if key in seen:
            raise UserError(f"{place}: the same intent as in {seen[key]}; keep one of them")
        seen[key] = place


def held_out(rows: Iterable[dict], bank: Mapping[str, Sequence[str]] | None = None) -> set[str]:
    """The normalized texts that deserve a held-out answer: the intents of `rows` (test and
    development) and the wordings that the bank has for them."""
    bank = bank or {}
    return {
        normalized(text)
        for row in rows
        for text in [row["intent"], *bank.get(normalized(row["intent"]), [])]
    }


_told: set[Path] = set()


def _tell_strangers(bank: Mapping[str, Sequence[str]], rows: list[dict], data: Path | None) -> None:
    """Says once a folder how many of the bank's entries belong to none of its rows."""
    folder = (data or DATA).resolve()
    strangers = len(bank.keys() - {normalized(row["intent"]) for row in rows})
    if strangers and folder not in _told:
        _told.add(folder)
        print(
            f"{folder / 'augment'}: {strangers} intents are in no row; their wordings are not used",
            file=sys.stderr,
        )


def training_set(
    train: list[dict],
    *,
    bank: bool = True,
    extra: bool = True,
    without: Sequence[dict] = (),
    data: Path | None = None,
    why: bool = False,
) -> list[dict]:
    """The rows to fit: `train`, the bank's wordings of them, and the extra teacher rows.

    A row is left out with all its wordings when any of them (trained on or not) is an intent of
    the test rows or of `without`, or a wording that the bank has for one: so nothing that deserves
    a held-out answer is trained on, whichever file it comes from. Each row says whether it is a
    `similar_wording` and of which intent (`group`), and with `why` the teacher's reason.
    """
    similar, tools = similar_bank(data), catalog(data).names
    parts = split(data)
    held = held_out([*parts[1], *without], similar)
    _tell_strangers(similar, [*parts[0], *parts[1], *teacher_rows("teacher_extra", data)], data)
    sources = [(r, similar.get(normalized(r["intent"]), [])) for r in train]
    if extra:
        sources += [(r, r.get("similar", [])) for r in teacher_rows("teacher_extra", data)]
    out: list[dict] = []
    seen: set[str] = set()
    for row, wordings in sources:
        texts = [row["intent"], *wordings]
        if any(normalized(text) in held for text in texts):
            continue
        for i, intent in enumerate(texts if bank else texts[:1]):
            if (key := normalized(intent)) in seen:
                continue
            seen.add(key)
            edit = {tool: row.get(tool) for tool in tools}
            new = {"intent": intent, **edit, "similar_wording": i > 0, "group": row["intent"]}
            out.append(new | {"why": row.get("why")} if why else new)
    return out
