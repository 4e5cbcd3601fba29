"""Similar intents: who offers them, and which of the offered ones may be trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..rows import normalized
from .mistakes import Row

EMPTY = "empty"
HELD_OUT = "held out"
BESIDE = "beside a held-out one"
KNOWN = "known already"
"""Why an offered intent is dropped (see `accept`)."""


@dataclass(frozen=True)
class Wanted:
    """A request for similar intents."""

    intent: str
    """The intent that the student got wrong."""
    count: int
    """How many similar ones are wanted."""
    offered: tuple[str, ...] = ()
    """What was offered for it before, whether taken or not; no use in offering it again."""


Provider = Callable[[Sequence[Wanted]], list[list[str]]]
"""Offers similar intents: for each request, in order, at most `count` of them."""


def from_bank(bank: Mapping[str, Sequence[str]]) -> Provider:
    """Offers the wordings of a bank (`rows.similar_bank`), each once, in the bank's order."""

    def provider(wanted: Sequence[Wanted]) -> list[list[str]]:
        out = []
        for request in wanted:
            before = {normalized(text) for text in request.offered}
            fresh = [
                t for t in bank.get(normalized(request.intent), []) if normalized(t) not in before
            ]
            out.append(fresh[: request.count])
        return out

    return provider


@dataclass
class Accepted:
    """What `accept` made of the offers for one intent."""

    taken: list[str] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    """(offered text, reason)"""

    def reasons(self) -> Counter[str]:
        """How many were dropped, by reason."""
        return Counter(reason for _, reason in self.dropped)


def accept(offers: Iterable[str], held: set[str], seen: set[str]) -> Accepted:
    """Sorts the offers for one intent; what is taken is added to `seen`.

    `held` and `seen` hold normalized texts: those that deserve a held-out answer and those that
    are trained on. When one of the offers is held out, none is taken: its neighbors deserve the
    held-out answer as well. What was taken for the intent before, `loop.augment` withdraws.
    """
    out = Accepted()
    offers = list(offers)
    spoiled = any(normalized(text) in held for text in offers)
    for text in offers:
        key = normalized(text)
        if not key:
            out.dropped.append((text, EMPTY))
        elif key in held:
            out.dropped.append((text, HELD_OUT))
        elif spoiled:
            out.dropped.append((text, BESIDE))
        elif key in seen:
            out.dropped.append((text, KNOWN))
        else:
            seen.add(key)
            out.taken.append(" ".join(text.split()))
    return out


def similar_row(row: Row, intent: str) -> Row:
    """A training row: another intent with the teacher's original answer of `row`."""
    answer = {k: v for k, v in row.items() if k not in ("intent", "group", "similar_wording")}
    group = row.get("group", row["intent"])
    return {"intent": intent, **answer, "similar_wording": True, "group": group}
