"""Collecting a teacher's answers: every intent, tool and sample is asked once, over any runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import Catalog
from ..errors import UserError
from ..jsonl import NotStrict, parse, read_text
from ..rows import normalized, read_rows
from .answers import AnswerForm
from .ask import Answer, Prices, Question, Run, ask_all
from .chat import Chat
from .prompts import tool_prompt
from .store import Store


@dataclass(frozen=True)
class Intents:
    """What is to be asked."""

    texts: list[str]
    """The intents, each once by its normalized form, in the file's order."""
    duplicates: int
    """Rows whose normalized intent came before."""
    empty: int
    """Rows without a letter or digit left after normalizing."""


def read_intents(path: Path) -> Intents:
    """Reads a text file (an intent a line) or, where it ends in `.jsonl`, the `intent` of JSON
    lines. Raises `UserError` with the row."""
    # In JSON, U+2028 and such are part of a text; as in the other files, "\n" alone ends a line.
    lines = read_text(path).split("\n")
    found: dict[str, str] = {}
    rows = empty = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        text: Any = line
        if path.suffix == ".jsonl":
            try:
                text = parse(line)["intent"]
            except (NotStrict, TypeError, KeyError):
                text = None
            if not isinstance(text, str):
                raise UserError(f'{path}: row {number} is not {{"intent": "..."}}')
        rows += 1
        if key := normalized(text):
            found.setdefault(key, text.strip())
        else:
            empty += 1
    if not found:
        raise UserError(f"{path}: there is no intent in it")
    return Intents(list(found.values()), rows - empty - len(found), empty)


def read_example(data: Path, catalog: Catalog, given: Path | None = None) -> dict[str, Any]:
    """The worked example of the prompts, a row with `why`: the first row of `given`, else of the
    data folder's `example.jsonl`, `train.jsonl` or `teacher/*.jsonl`. Raises `UserError`."""
    names = [data / "example.jsonl", data / "train.jsonl", *sorted(data.glob("teacher/*.jsonl"))]
    path = given or next((p for p in names if p.exists()), None)
    if path is None:
        raise UserError(
            f"{data}: there is no worked example for the prompts: write one row into "
            "example.jsonl (intent, why, and a value or null for each tool)"
        )
    row = next(iter(read_rows(path, catalog)), {})
    if not row.get("why", "").strip():
        raise UserError(f"{path}, first row: a worked example needs a 'why'")
    return row


@dataclass
class Collected:
    """How collecting went; `questions` is the sum of `cached`, `refused_before` and all of `run`
    but `corrected`."""

    questions: int
    cached: int
    refused_before: int
    """Refused in an earlier run and not asked again."""
    run: Run


def answer_id(intent: str, tool: str, sample: int, model: str, prompt: str) -> str:
    """16 hex digits that name a question: of the hash of the normalized intent and the rest."""
    parts = json.dumps([normalized(intent), tool, sample, model, prompt])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


class Collection:
    """The questions to a teacher and the folder where its answers are kept.

    `answers.jsonl` and `refused.jsonl` only grow, a line an answer; what is in one of them is not
    asked again, unless the prompt or the model changes.
    """

    def __init__(
        self,
        out: Path,
        catalog: Catalog,
        intents: Sequence[str],
        *,
        prompts: Path,
        example: dict[str, Any],
        model: str,
        samples: int = 1,
        ask_refused: bool = False,
    ):
        """`samples` answers per intent and tool; `ask_refused`: ask again what was refused."""
        self.answers = Store(out / "answers.jsonl")
        self.refused = Store(out / "refused.jsonl", again=True)
        self.model = model
        self._rows: dict[str, dict[str, Any]] = {}
        self._todo: list[Question[Any]] = []
        self.cached = self.refused_before = 0
        for tool in catalog.tools:
            form = AnswerForm(tool)
            prompt, schema = tool_prompt(prompts, tool, form, example), form.schema()
            digest = prompt.digest(schema)
            for intent in intents:
                for sample in range(samples):
                    key = answer_id(intent, tool.name, sample, model, digest)
                    row = {"intent": intent, "tool": tool.name, "sample": sample}
                    self._rows[key] = {"answer_id": key, **row, "prompt": digest}
                    if key in self.answers.rows:
                        self.cached += 1
                    elif key in self.refused.rows and not ask_refused:
                        self.refused_before += 1
                    else:
                        values = {"intent": intent}
                        self._todo.append(
                            Question(key, prompt, values, "answer", schema, form.read)
                        )
        # All tools of an intent one after the other: what is stopped has whole intents.
        order = {intent: i for i, intent in enumerate(intents)}
        self._todo.sort(key=lambda q: order[q.values["intent"]])

    @property
    def todo(self) -> int:
        """How many questions are to be asked."""
        return len(self._todo)

    @property
    def repaired(self) -> list[Path]:
        """The files whose last line was cut off and is removed."""
        return [store.path for store in (self.answers, self.refused) if store.repaired]

    async def ask(
        self,
        chat: Chat,
        *,
        concurrency: int,
        prices: Prices | None = None,
        step: Callable[[], None] = lambda: None,
    ) -> Collected:
        """Asks what is missing; `step` is called after each answer."""

        def keep(question: Question[Any], answer: Answer[Any]) -> None:
            self._keep(question.key, answer)
            step()

        run = await ask_all(chat, self._todo, keep, concurrency=concurrency, prices=prices)
        return Collected(len(self._rows), self.cached, self.refused_before, run)

    def _keep(self, key: str, answer: Answer[Any]) -> None:
        row = dict(self._rows[key])
        prompt = row.pop("prompt")
        asked = {
            "model": self.model,
            "prompt": prompt,
            "prompt_tokens": answer.prompt_tokens,
            "completion_tokens": answer.completion_tokens,
        }
        if answer.value is not None:
            rationale, parameters = answer.value
            self.answers.add({**row, "rationale": rationale, "parameters": parameters, **asked})
        else:
            self.refused.add({**row, "reason": answer.refused, "reply": answer.reply, **asked})

    def close(self) -> None:
        """Closes the files."""
        self.answers.close()
        self.refused.close()
