"""The teacher's answers (what `collect` wrote), checked and turned into a Parquet file."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..catalog import Catalog
from ..errors import UserError
from ..row_check import check_tool
from ..rows import normalized

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("answer_id", pa.string()),
        ("refused", pa.bool_()),
        ("intent", pa.string()),
        ("key", pa.string()),
        ("tool", pa.string()),
        ("used", pa.bool_()),
        ("parameters", pa.string()),
        ("rationale", pa.string()),
    ]
)
"""One row per answer_id: the number of its line, whether it was refused (nothing else is filled in
then), the intent as written and normalized (`key`), the tool, whether its parameters are not null,
the parameters as JSON, and the rationale."""

NOT_JSON = "not a JSON object"
NO_ID = "no answer_id"
NO_INTENT = "an empty intent"
UNKNOWN_TOOL = "a tool that is not in the catalog"
CONTRADICTION = "its answer_id has another answer too"
UNFIT = "parameters that do not fit the catalog"
_BATCH = 50_000


@dataclass
class AnswerCounts:
    """What was in the file: all `lines` (blank ones aside), those that only say again what another
    says (`repeated`), the `refused` by reason, where the `first` ones are ("line 7", and details
    where there are any), and what is left (`known`)."""

    lines: int = 0
    repeated: int = 0
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, reason: str, number: int, detail: str | None, keep: int) -> None:
        """Counts a refused line."""
        self.refused[reason] += 1
        places = self.first.setdefault(reason, [])
        if len(places) < keep:
            places.append(f"line {number}: {detail}" if detail else f"line {number}")


def read(path: Path, catalog: Catalog, out: Path, *, strict: bool, keep: int = 5) -> AnswerCounts:
    """Checks every line of `path` and writes `out` with the columns of `SCHEMA`.

    A line that is no answer is refused and counted; so are all answers of an answer_id that stands
    for different ones, since a log cannot say which was shown. Both raise UserError with the file
    and the line where `strict`; a file that cannot be read always does.
    """
    counts = AnswerCounts()
    digests: dict[str, tuple[bytes, int]] = {}
    refused_ids: set[str] = set()
    ambiguous: dict[str, list[int]] = {}
    draft = out.with_suffix(".draft")

    def good(number: int, row: dict[str, Any] | None) -> bool:
        found = (NOT_JSON, None) if row is None else problem(row, catalog)
        if found:
            reason, detail = found
            if strict:
                raise UserError(f"{path}, line {number}: {detail or reason}")
            counts.refuse(reason, number, detail, keep)
            if row is not None and isinstance(row.get("answer_id"), str):
                refused_ids.add(row["answer_id"])
            return False
        assert row is not None
        content = [row["intent"], row["tool"], row.get("parameters"), row.get("rationale")]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
        name = row["answer_id"]
        before, first = digests.setdefault(name, (digest, number))
        if first == number:
            return True
        if before == digest:
            counts.repeated += 1
        elif strict:
            raise UserError(f"{path}, line {number}: {CONTRADICTION}, in line {first}")
        else:
            ambiguous.setdefault(name, [first]).append(number)
        return False

    with pq.ParquetWriter(draft, SCHEMA) as writer:
        batch = []
        for number, row in _lines(path):
            counts.lines += 1
            if good(number, row):
                assert row is not None
                batch.append(_columns(number, row))
            if len(batch) == _BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA))

    for numbers in sorted(ambiguous.values()):
        for number in numbers:
            counts.refuse(CONTRADICTION, number, None, keep)
    counts.known = len(digests) - len(ambiguous)
    _finish(draft, out, ambiguous.keys(), refused_ids - digests.keys())
    return counts


def problem(row: dict[str, Any], catalog: Catalog) -> tuple[str, str | None] | None:
    """Why an object is no answer, with details if there are any; None where it is one."""
    if not isinstance(row.get("answer_id"), str) or not row["answer_id"]:
        return NO_ID, None
    if not isinstance(row.get("intent"), str) or not normalized(row["intent"]):
        return NO_INTENT, None
    if row.get("tool") not in catalog.names:
        return UNKNOWN_TOOL, None
    if not isinstance(row.get("rationale", ""), str):
        return "a rationale that is not text", None
    if "parameters" not in row:
        return "no parameters", None
    try:
        if row["parameters"] is not None:
            check_tool(row["parameters"], catalog.tool(row["tool"]))
    except UserError as error:
        return UNFIT, str(error)
    return None


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The lines that are not blank: number, object (None where it is not JSON or not an object)."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if not raw.strip():
                    continue
                try:
                    row = json.loads(raw)
                    # Half a surrogate pair is JSON, but no text.
                    json.dumps(row, ensure_ascii=False).encode()
                except (ValueError, RecursionError):
                    row = None
                yield number, row if isinstance(row, dict) else None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error


def _columns(number: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": number,
        "answer_id": row["answer_id"],
        "refused": False,
        "intent": row["intent"],
        "key": normalized(row["intent"]),
        "tool": row["tool"],
        "used": row["parameters"] is not None,
        "parameters": json.dumps(row["parameters"], ensure_ascii=False, separators=(",", ":")),
        "rationale": row.get("rationale", ""),
    }


def _finish(draft: Path, out: Path, ambiguous: Any, refused: set[str]) -> None:
    """The draft without the ambiguous answers, and the refused ids."""
    unwanted = pa.array(list(ambiguous), pa.string())
    with pq.ParquetWriter(out, SCHEMA) as writer:
        for batch in pq.ParquetFile(draft).iter_batches():
            keep = pc.invert(pc.is_in(batch["answer_id"], value_set=unwanted))
            writer.write_batch(batch.filter(keep))
        ids = [{"answer_id": name, "refused": True} for name in sorted({*ambiguous, *refused})]
        writer.write_table(pa.Table.from_pylist(ids, schema=SCHEMA))
    draft.unlink()
