"""A chat endpoint of OpenAI's protocol: one question, with retries, fallbacks and counting.

What is tried again: 408, 409, 429, 5xx, timeouts, broken connections and replies, after the time
that `Retry-After` names, or after a random time up to 1 s x 2^tries (at most 60 s; "full jitter").
What stops the run: 401, 403, 404, an exhausted quota. The key comes from `OPENAI_API_KEY` and is
neither logged nor written; what an endpoint says in its errors is not shown, since it may quote the
key or the question.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import openai

from ..errors import UserError
from .prompts import Message

LONGEST_WAIT = 60.0
"""Seconds. An endpoint that names a longer time in `Retry-After` is asked again after this one."""


class Rejected(Exception):
    """The endpoint will not take this one question (400, 413, 422): another question may do."""


class Unavailable(Exception):
    """The endpoint did not answer this question in as many tries as are allowed."""


@dataclass
class Usage:
    """What was used so far."""

    requests: int = 0
    """Answered requests."""
    retried: int = 0
    """Requests that were sent again."""
    unpriced: int = 0
    """Answered requests that did not tell their tokens."""
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def cost(self, price_in: float, price_out: float) -> float:
        """In the prices' currency; they are per million tokens."""
        return (self.prompt_tokens * price_in + self.completion_tokens * price_out) / 1e6


@dataclass(frozen=True)
class Reply:
    """An answer of the model."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    complete: bool = True
    """False where the model was stopped by its token limit, or refused to answer."""


def _reason(error: openai.OpenAIError) -> str:
    if isinstance(error, openai.APIStatusError):
        return f"HTTP {error.status_code}"
    if isinstance(error, openai.APITimeoutError):
        return "no answer in time"
    if isinstance(error, openai.APIConnectionError):
        return "no connection"
    return "a reply that is not of the chat protocol"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _retry_after(header: str) -> float | None:
    """The seconds that a `Retry-After` header asks for, as a number or as a date."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


class Chat:
    """An endpoint and a model. Use as `async with Chat(...) as chat`."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        temperature: float | None = None,
        retries: int = 6,
        timeout: float = 60.0,
        first_wait: float = 1.0,
    ):
        """`base_url`: OpenAI's where none is given here or in `OPENAI_BASE_URL`; `temperature`: the
        endpoint's own where None; `retries`: how often a question is sent again; `timeout` and
        `first_wait` (of the growing wait between tries) in seconds. `UserError` without a key."""
        key = os.environ.get("OPENAI_API_KEY")
        if not key:
            raise UserError(
                "set OPENAI_API_KEY to the endpoint's key (any word, where it wants none)"
            )
        if not (key.isascii() and key.isprintable()):
            raise UserError("OPENAI_API_KEY is no key: it has characters that are not ASCII")
        self.model, self.temperature = model, temperature
        self.retries, self.first_wait = retries, first_wait
        self.usage = Usage()
        self.schemas = True
        """Whether the endpoint takes `response_format` with a JSON schema, as far as is known."""
        address = base_url if base_url is not None else os.environ.get("OPENAI_BASE_URL")
        if address and not _is_address(address):
            raise UserError(
                "--base-url (or OPENAI_BASE_URL) is no address such as http://localhost:8000/v1"
            )
        self._client = openai.AsyncOpenAI(base_url=base_url, max_retries=0, timeout=timeout)

    async def __aenter__(self) -> Chat:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def ask(self, messages: list[Message], name: str, schema: dict[str, Any]) -> Reply:
        """Asks for JSON of a schema. An endpoint that does not know schemas is asked without: the
        prompt says what is wanted too. Raises `Rejected`, `Unavailable`, and `UserError` where no
        question can be answered."""
        if self.schemas:
            form = {"name": name, "strict": True, "schema": schema}
            try:
                return await self._send(messages, {"type": "json_schema", "json_schema": form})
            except Rejected:
                reply = await self._send(messages, None)
                # It was the schema that the endpoint did not take, and not the question.
                self.schemas = False
                return reply
        return await self._send(messages, None)

    async def _send(self, messages: list[Message], form: dict[str, Any] | None) -> Reply:
        tries = 0
        while True:
            try:
                return await self._once(messages, form)
            except (
                openai.AuthenticationError,
                openai.PermissionDeniedError,
                openai.NotFoundError,
            ) as error:
                raise self._stop(error) from None
            except openai.OpenAIError as error:
                if isinstance(error, openai.APIStatusError):
                    if isinstance(error, openai.RateLimitError) and "quota" in str(error.code):
                        raise UserError("the endpoint says that the quota is used up") from None
                    if error.status_code < 500 and error.status_code not in (408, 409, 429):
                        raise Rejected(_reason(error)) from None
                if tries >= self.retries:
                    raise Unavailable(_reason(error)) from None
                await asyncio.sleep(self._wait(error, tries))
            tries += 1
            self.usage.retried += 1

    async def _once(self, messages: list[Message], form: dict[str, Any] | None) -> Reply:
        optional: dict[str, Any] = {"model": self.model, "messages": messages}
        if self.temperature is not None:
            optional["temperature"] = self.temperature
        if form is not None:
            optional["response_format"] = form
        try:
            done = await self._client.chat.completions.create(**optional)
            choice = done.choices[0]
            # Half a surrogate pair is JSON, but no text: it could be neither sent nor written.
            text = (choice.message.content or "").encode(errors="replace").decode()
        except (IndexError, TypeError, AttributeError, ValueError) as error:
            # JSON that breaks off, no choices, or something else than the protocol's object.
            raise openai.OpenAIError("reply") from error
        told = done.usage
        reply = Reply(
            text,
            told.prompt_tokens if told else 0,
            told.completion_tokens if told else 0,
            choice.finish_reason != "length",
        )
        self.usage.requests += 1
        self.usage.unpriced += not told
        self.usage.prompt_tokens += reply.prompt_tokens
        self.usage.completion_tokens += reply.completion_tokens
        return reply

    def _wait(self, error: openai.OpenAIError, tries: int) -> float:
        if isinstance(error, openai.APIStatusError):
            asked = _retry_after(error.response.headers.get("retry-after", ""))
            if asked is not None:
                # A little later than asked for, so that the questions do not come back as one.
                return min(LONGEST_WAIT, asked * random.uniform(1, 1.1))
        return random.uniform(0, min(LONGEST_WAIT, self.first_wait * 2**tries))

    def _stop(self, error: openai.APIStatusError) -> UserError:
        if error.status_code == 404:
            return UserError(
                f"the endpoint does not know this address or the model {self.model!r} (HTTP 404): "
                "check --base-url (it usually ends in /v1) and --model"
            )
        return UserError(
            f"the endpoint does not accept the key (HTTP {error.status_code}): check OPENAI_API_KEY"
        )
