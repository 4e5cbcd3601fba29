"""The paper's augmentation loop: train, find mistakes, add similar intents, train again.

Mistakes are looked for on the rows that the teacher answered, never on what was added, so that an
added wording cannot lead to wordings of itself. Every training starts from the same start.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..rows import normalized, read_jsonl, write_jsonl
from .mistakes import Kinds, Row, bars, mistakes
from .similar import HELD_OUT, Accepted, Provider, Wanted, accept, similar_row


@dataclass(frozen=True)
class Fitted:
    """A trained student's answers."""

    predictions: list[Row]
    """Compact rows, one for each asked intent, in order."""
    scores: dict[str, Any] = field(default_factory=dict)
    """Its scores on the development rows (`metrics.scores`); they are reported, nothing more."""


Fit = Callable[[list[Row], list[str]], Fitted]
"""`fit(rows, intents)`: trains a student on `rows` from the same start each time and asks it the
`intents`. The rows hold `similar_wording` and `group`, as those of `rows.training_set` do."""


def unseen(fit: Fit, folds: int, partial: Fit | None = None) -> Fit:
    """`fit`, but an intent is answered by a student that was trained without its row and wordings.

    A student that knows its few rows by heart is wrong on none of them, and still wrong on what
    people will ask. `folds` students, `partial` (default: `fit`), are trained on the rows of the
    other folds (by hash of the row's intent); scores are those of `fit` on all rows.
    """

    def fold_of(row_intent: str) -> int:
        digest = hashlib.sha256(f"fold{normalized(row_intent)}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % folds

    def crossed(rows: list[Row], intents: list[str]) -> Fitted:
        answers: dict[str, Row] = {}
        for fold in range(folds):
            asked = [intent for intent in intents if fold_of(intent) == fold]
            others = [row for row in rows if fold_of(str(row.get("group", row["intent"]))) != fold]
            if asked and others:
                told = (partial or fit)(others, asked).predictions
                answers |= dict(zip(asked, told, strict=True))
        if len(answers) < len(intents):
            raise UserError(f"too few rows for {folds} folds: the others' would be empty")
        return Fitted([answers[intent] for intent in intents], fit(rows, []).scores)

    return crossed


@dataclass
class Augmented:
    """The result of the loop."""

    rows: list[Row]
    """The rows to train on: the given ones, then the added ones, without those of spoiled rows."""
    added: list[Row]
    """The added ones alone."""
    report: dict[str, Any]
    """What `augment.json` holds: see `augment`."""


class _Folder:
    """What the loop keeps between rounds: `augment.json` and `similar.jsonl`."""

    def __init__(self, path: Path | None, key: str):
        self.path, self.key = path, key
        self.offers: list[dict[str, Any]] = []
        self.report: dict[str, Any] = {"key": key, "rounds": []}
        if path is None or not (path / "augment.json").exists():
            return
        report = json.loads((path / "augment.json").read_text(encoding="utf-8"))
        if report["key"] != key:
            raise UserError(
                f"{path / 'augment.json'} belongs to other rows or settings: choose another folder "
                "or remove it"
            )
        self.report = report
        done = len(report["rounds"])
        # A round whose report was not written is made again.
        self.offers = [o for o in read_jsonl(path / "similar.jsonl") if o["round"] <= done]

    def save(self) -> None:
        """Writes both files; the report last, because it says which rounds are complete."""
        if self.path is None:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        write_jsonl(self.path / "similar.tmp", self.offers)
        (self.path / "similar.tmp").replace(self.path / "similar.jsonl")
        text = json.dumps(self.report, indent=1, ensure_ascii=False)
        (self.path / "augment.tmp").write_text(text + "\n", encoding="utf-8")
        (self.path / "augment.tmp").replace(self.path / "augment.json")


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def augment(
    rows: Sequence[Row],
    fit: Fit,
    kinds: Kinds,
    similar: Provider,
    *,
    held: set[str],
    rounds: int = 1,
    count: int = 3,
    folder: Path | None = None,
    settings: object = None,
) -> Augmented:
    """Runs the loop and returns the rows with what was added, and the report.

    `held`: normalized texts that must not enter (`rows.held_out` of test and development rows).
    A row for which one of them is offered, in any round, is spoiled: it is left out with all that
    was added for it, and nothing more is asked for it, which is the rule of `rows.training_set`.
    `count`: similar intents wanted per mistake and round. A round adds to every row that is wrong
    at that time. The loop ends after `rounds`, or before when a round adds nothing; the student is
    trained once more at the end, so that the last round has its scores too.

    With `folder` the loop can be resumed between rounds; `settings` (JSON) is what else decides the
    result, so that a folder of another run is refused with `UserError`.

    The report: `rows` (given), `bars` by tool, `scores` of the last student, and for each of the
    `rounds`: `rows` trained on, `wrong_rows`, `mistakes` by tool, `wanted`, `offered`, `added`,
    `dropped` by reason, `withdrawn` (rows, given or added, that the round's offers
    spoiled), `before` (development scores of the student whose mistakes these are) and `after`.
    `similar.jsonl` has what was taken and dropped, by intent.
    """
    given = list(rows)
    by_intent = {row["intent"]: row for row in given if not row.get("similar_wording")}
    if rounds < 1 or count < 1:
        raise UserError("rounds and count are at least 1")
    state = _Folder(folder, _key(given, sorted(held), dict(kinds), count, settings))
    report = state.report
    report["rows"] = len(given)

    def left() -> tuple[list[Row], list[Row]]:
        """The given rows and the added ones, without those of spoiled rows."""
        spoiled = _spoiled(state.offers)
        added = [
            similar_row(by_intent[o["intent"]], text)
            for o in state.offers
            if o["intent"] not in spoiled
            for text in o["similar"]
        ]
        return [row for row in given if row.get("group", row["intent"]) not in spoiled], added

    # What was withdrawn stays known: it must not come in again for another row.
    taken = [text for o in state.offers for text in o["similar"]]
    seen = {normalized(text) for text in [*(row["intent"] for row in given), *taken]}
    done: list[dict[str, Any]] = report["rounds"]

    def train(rows: list[Row], asked: list[str]) -> Fitted:
        """A student of `rows`; its scores are those after the last round."""
        fitted = fit(rows, asked)
        report["scores"] = fitted.scores
        if done:
            done[-1]["after"] = fitted.scores
        return fitted

    while len(done) < rounds and (not done or done[-1]["added"]):
        trained = [row for part in left() for row in part]
        own = [row for row in trained if not row.get("similar_wording")]
        intents = [row["intent"] for row in own]
        fitted = train(trained, intents)
        report.setdefault("bars", bars(own, fitted.predictions, kinds))
        wrong = mistakes(own, fitted.predictions, kinds, report["bars"])
        offers = _offers(intents, wrong, similar, held, seen, count, state.offers)
        for intent, offer in offers:
            sorted_ = {"similar": offer.taken, "dropped": offer.dropped}
            state.offers.append({"round": len(done) + 1, "intent": intent, **sorted_})
        new = sum(len(a.taken) for _, a in offers)
        withdrawn = len(trained) + new - sum(map(len, left()))
        done.append(
            {
                "round": len(done) + 1,
                "rows": len(trained),
                "wrong_rows": sum(map(bool, wrong)),
                "mistakes": {tool: sum(tool in w for w in wrong) for tool in kinds},
                "wanted": count * len(offers),
                "offered": sum(len(a.taken) + len(a.dropped) for _, a in offers),
                "added": new,
                "dropped": dict(sum((a.reasons() for _, a in offers), Counter[str]())),
                "withdrawn": withdrawn,
                "before": fitted.scores,
                # With the same rows the next student would be the same one.
                "after": None if new or withdrawn else fitted.scores,
            }
        )
        state.save()
    kept, added = left()
    if done[-1]["after"] is None:
        train([*kept, *added], [])
        state.save()
    return Augmented([*kept, *added], added, report)


def _spoiled(offers: list[dict[str, Any]]) -> set[str]:
    """The intents for which a held-out text was offered, in any round."""
    return {o["intent"] for o in offers if any(reason == HELD_OUT for _, reason in o["dropped"])}


def _offers(
    intents: list[str],
    wrong: list[tuple[str, ...]],
    similar: Provider,
    held: set[str],
    seen: set[str],
    count: int,
    before: list[dict[str, Any]],
) -> list[tuple[str, Accepted]]:
    """The offers for the rows that are wrong, sorted."""
    offered: dict[str, list[str]] = {}
    for offer in before:
        texts = [*offer["similar"], *(text for text, _ in offer["dropped"])]
        offered.setdefault(offer["intent"], []).extend(texts)
    wanted = [
        Wanted(intent, count, tuple(offered.get(intent, ())))
        for intent, tools in zip(intents, wrong, strict=True)
        if tools
    ]
    answers = similar(wanted) if wanted else []
    return [
        (request.intent, accept(texts, held, seen))
        for request, texts in zip(wanted, answers, strict=True)
    ]
