"""Similar intents from a large model behind a chat endpoint."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ..errors import UserError
from ..rows import normalized
from ..teacher.answers import AnswerError, json_object, reasons
from ..teacher.ask import Answer, Prices, Question, Run, ask_all
from ..teacher.chat import Chat, Usage
from ..teacher.prompts import PROMPTS, Prompt
from ..teacher.show import progress, warn
from ..teacher.store import Store
from .similar import Wanted

_Text = Annotated[str, StringConstraints(strip_whitespace=True)]


class _Similar(BaseModel):
    """The answer's JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)
    similar: list[_Text]


def read_similar(text: str) -> list[str]:
    """The intents in a reply; raises `AnswerError`. Which of them are good is not decided here."""
    try:
        found = _Similar.model_validate(json_object(text, "similar")).similar
    except ValidationError as error:
        raise AnswerError(reasons(error)) from error
    if not found:
        raise AnswerError("the list is empty")
    return found


class Endpoint:
    """Offers what a model answers to `similar.md`; a `Provider`.

    Names in that file: `intent`, `count`, and `known`, the wordings that were offered before.
    Answers are kept in `offers.jsonl` of the folder `out` (refused ones in `refused.jsonl`) and
    asked once, as in `collect`.
    """

    def __init__(
        self,
        open_chat: Callable[[], Chat],
        out: Path,
        *,
        concurrency: int = 8,
        prices: Prices | None = None,
        prompts: Path = PROMPTS,
    ):
        """`open_chat` makes the client, anew for each round."""
        self._open, self._concurrency, self._prices = open_chat, concurrency, prices
        self._prompt = Prompt.read(prompts / "similar.md", {}, ("intent", "count", "known"))
        self._schema = _Similar.model_json_schema()
        self._out = out
        self.usage = Usage()
        """Of all rounds of this run."""
        self.run = Run()

    def __call__(self, wanted: Sequence[Wanted]) -> list[list[str]]:
        """Asks what was not asked before. Raises `UserError` where a question stays open: what was
        answered is kept, and the next run goes on."""
        chat = self._open()
        chat.usage = self.usage
        with (
            Store(self._out / "offers.jsonl") as offers,
            Store(self._out / "refused.jsonl", again=True) as refused,
        ):
            for store in (offers, refused):
                if store.repaired:
                    warn(f"{store.path}: the last line was cut off; it is removed and asked again")
            requests = [(self._key(chat.model, request), request) for request in wanted]
            todo = [
                self._question(key, request)
                for key, request in requests
                if key not in offers.rows and key not in refused.rows
            ]

            def keep(question: Question[list[str]], answer: Answer[list[str]]) -> None:
                intent = question.values["intent"]
                row: dict[str, Any] = {"answer_id": question.key, "intent": intent}
                asked = {
                    "model": chat.model,
                    "prompt_tokens": answer.prompt_tokens,
                    "completion_tokens": answer.completion_tokens,
                }
                if answer.value is not None:
                    offers.add({**row, "similar": answer.value, **asked})
                else:
                    refused.add({**row, "reason": answer.refused, "reply": answer.reply, **asked})
                step()

            with progress("similar intents", len(todo)) as step:
                self._count(asyncio.run(self._ask(chat, todo, keep)))
            return [
                offers.rows[key]["similar"][: request.count] if key in offers.rows else []
                for key, request in requests
            ]

    async def _ask(self, chat: Chat, todo: list[Question[list[str]]], keep: Any) -> Run:
        async with chat:
            return await ask_all(
                chat, todo, keep, concurrency=self._concurrency, prices=self._prices
            )

    def _count(self, run: Run) -> None:
        self.run.answered += run.answered
        self.run.refused += run.refused
        self.run.corrected += run.corrected
        self.run.failed += run.failed
        self.run.left += run.left
        if run.failed or run.left:
            why = "at --max-cost" if run.left else "without an answer"
            raise UserError(f"{run.failed + run.left} questions stay {why}: run again to go on")

    def _key(self, model: str, request: Wanted) -> str:
        digest = self._prompt.digest(self._schema)
        parts = [normalized(request.intent), request.count, request.offered, model, digest]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def _question(self, key: str, request: Wanted) -> Question[list[str]]:
        known = "".join(f"\n- {text}" for text in request.offered)
        values = {
            "intent": request.intent,
            "count": str(request.count),
            "known": f"\n\nOthers than these:\n{known}" if known else "",
        }
        return Question(key, self._prompt, values, "similar", self._schema, read_similar)
