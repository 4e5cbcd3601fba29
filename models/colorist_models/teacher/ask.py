"""Asking many questions at once: checking, asking once more, limits, stopping in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..errors import UserError
from .answers import AnswerError
from .chat import Chat, Rejected, Unavailable
from .prompts import Prompt

T = TypeVar("T")

UNANSWERED = 3
REJECTED = 5
"""Questions in a row that may stay without an answer, and questions that may be rejected before
any was answered: after that the endpoint is at fault, and the run stops."""


@dataclass(frozen=True)
class Prices:
    """What tokens cost, per million, and what may be spent in one run (None: no limit)."""

    input: float
    output: float
    limit: float | None = None


@dataclass(frozen=True)
class Question(Generic[T]):
    """One question; `key` is the caller's own name for it."""

    key: str
    prompt: Prompt
    values: dict[str, str]
    """The open names of the prompt."""
    name: str
    """The schema's name: letters, digits, `_` and `-`."""
    schema: dict[str, Any]
    read: Callable[[str], T]
    """The valid answer in a reply; raises `AnswerError`."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """How a question was answered."""

    value: T | None
    refused: str | None
    """Why there is no valid answer; None where there is one."""
    reply: str
    """The last reply's text."""
    attempts: int
    prompt_tokens: int
    completion_tokens: int


@dataclass
class Run:
    """How a run went."""

    answered: int = 0
    refused: int = 0
    corrected: int = 0
    """Of the answered ones, those that were asked once more."""
    failed: int = 0
    """Without an answer after all tries; they are asked again by the next run."""
    left: int = 0
    """Not asked, because the cost's limit was reached."""


async def ask_one(chat: Chat, question: Question[T]) -> Answer[T]:
    """Asks, and once more with the reason where the reply is no valid answer."""
    messages = question.prompt.messages(**question.values)
    tokens = [0, 0]
    for attempt in (1, 2):
        try:
            reply = await chat.ask(messages, question.name, question.schema)
        except Rejected as error:
            return Answer(None, f"the endpoint rejects it: {error}", "", attempt, *tokens)
        tokens = [tokens[0] + reply.prompt_tokens, tokens[1] + reply.completion_tokens]
        try:
            if not reply.complete:
                raise AnswerError("it is cut off: be brief")
            return Answer(question.read(reply.text), None, reply.text, attempt, *tokens)
        except AnswerError as error:
            reason = str(error)
        again = question.prompt.once_more(reason, **question.values)
        messages = [*messages, {"role": "assistant", "content": reply.text}, again]
    return Answer(None, reason, reply.text, 2, *tokens)


class _Asking(Generic[T]):
    """The state that the workers of one run share."""

    def __init__(
        self,
        chat: Chat,
        questions: Iterable[Question[T]],
        done: Callable[[Question[T], Answer[T]], None],
        prices: Prices | None,
    ):
        self.chat, self.done, self.prices = chat, done, prices
        self.waiting = list(questions)[::-1]
        self.run = Run()
        self.in_flight = 0
        self.unanswered = 0

    def affordable(self) -> bool:
        """Whether one more question fits: what is being asked counts at the mean so far."""
        if self.prices is None or self.prices.limit is None:
            return True
        spent = self.chat.usage.cost(self.prices.input, self.prices.output)
        finished = self.run.answered + self.run.refused
        mean = spent / finished if finished else 0.0
        return spent + self.in_flight * mean < self.prices.limit

    async def work(self) -> None:
        while self.waiting and self.affordable():
            question = self.waiting.pop()
            self.in_flight += 1
            try:
                answer = await ask_one(self.chat, question)
            except Unavailable as error:
                self.run.failed += 1
                self.unanswered += 1
                if self.unanswered >= UNANSWERED:
                    raise UserError(
                        f"the endpoint does not answer ({error}); what it answered before is kept: "
                        "run again to go on"
                    ) from None
                continue
            finally:
                self.in_flight -= 1
            self.unanswered = 0
            self.run.answered += answer.refused is None
            self.run.refused += answer.refused is not None
            self.run.corrected += answer.refused is None and answer.attempts > 1
            if not self.chat.usage.requests and self.run.refused >= REJECTED:
                raise UserError(
                    f"{answer.refused}, as it did with all questions before: check --model and "
                    "--temperature"
                )
            self.done(question, answer)


async def ask_all(
    chat: Chat,
    questions: Iterable[Question[T]],
    done: Callable[[Question[T], Answer[T]], None],
    *,
    concurrency: int,
    prices: Prices | None = None,
) -> Run:
    """Asks the questions, at most `concurrency` at a time, and hands each answer to `done` as soon
    as it is there. Raises `UserError` where the endpoint cannot be used; what was handed over
    before stays."""
    asking = _Asking(chat, questions, done, prices)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(asking.work())
    except* UserError as errors:
        raise errors.exceptions[0] from None
    asking.run.left = len(asking.waiting)
    return asking.run
