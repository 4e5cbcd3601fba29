"""The teacher's rows, the bank of similar intents, and the fixed split into train and test."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path

from .paths import DATA

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
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def write_jsonl(path: Path, rows: list[dict]) -> None:
    """Writes objects as JSON Lines, compact."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def teacher_rows(folder: str = "teacher") -> list[dict]:
    """All rows of `data/<folder>`, in file order, each with its file's name as `field`."""
    rows = []
    for path in sorted((DATA / folder).glob("*.jsonl")):
        rows += [{**row, "field": path.stem} for row in read_jsonl(path)]
    return rows


def split() -> tuple[list[dict], list[dict]]:
    """(train, test) of the teacher's rows."""
    rows = teacher_rows()
    return [r for r in rows if not is_test(r["intent"])], [r for r in rows if is_test(r["intent"])]


def similar_bank() -> dict[str, list[str]]:
    """Wordings that deserve the same answer, by the intent that they were written for."""
    bank: dict[str, list[str]] = {}
    for path in sorted((DATA / "augment").glob("*.jsonl")):
        for row in read_jsonl(path):
            bank.setdefault(row["intent"], []).extend(row["similar"])
    return bank


def training_set(
    train: list[dict], *, bank: bool = True, extra: bool = True, without: list[dict] = ()
) -> list[dict]:
    """The rows to fit: `train`, the bank's wordings of them, and the extra teacher rows.

    A row is left out with all its wordings when any of them (trained on or not) is an intent of
    the test rows or of `without`, or a wording that the bank has for one: so nothing that deserves
    a held-out answer is trained on, whichever file it comes from. Each row says whether it is a
    `similar_wording` and of which intent (`group`).
    """
    similar = similar_bank()
    held_out = {
        normalized(text)
        for row in [*split()[1], *without]
        for text in [row["intent"], *similar.get(row["intent"], [])]
    }
    sources = [(r, similar.get(r["intent"], [])) for r in train]
    if extra:
        sources += [(r, r["similar"]) for r in teacher_rows("teacher_extra")]
    out: list[dict] = []
    seen: set[str] = set()
    for row, wordings in sources:
        texts = [row["intent"], *wordings]
        if any(normalized(text) in held_out for text in texts):
            continue
        for i, intent in enumerate(texts if bank else texts[:1]):
            if (key := normalized(intent)) in seen:
                continue
            seen.add(key)
            edit = {tool: row[tool] for tool in ("adjust", "selectiveAdjust", "filter")}
            out.append({"intent": intent, **edit, "similar_wording": i > 0, "group": row["intent"]})
    return out
