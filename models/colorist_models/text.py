"""The text codec's line format: one line of words per tool, and back. For the editor's tools:

    adjust contrast 10 temperature 30        or  adjust unused
    selectiveAdjust red -20 0 blue 15 10     or  selectiveAdjust unused
    filter film_Amber 40                     or  filter unused

Words are separated by single spaces, names are the catalog's and come in its order, values are
decimal multiples of `step`. A choice without an amount is its name alone (`sticker heart`). T5's
vocabulary has neither braces nor newlines, hence no JSON. The core's `grammar` module is the other
side of this format; `tests/golden/lines.jsonl` holds both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tokenizers import Tokenizer

from .catalog import STEP, Catalog, Value
from .errors import UserError

UNUSED = "unused"


class SpellingError(UserError):
    """The tokenizer cannot write the catalog: it does not know a word, or spells two words alike.
    The message names them."""


class LineError(ValueError):
    """A line that is not of the format."""


@dataclass(frozen=True)
class Item:
    """A name that a line can hold and the values that may follow it, one range per number."""

    name: str
    values: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Line:
    """What one tool's line can say. `chain`: any number of its items, in order (at least one; with
    `zeros` all of them); otherwise exactly one, which is a choice. An item of a choice may have no
    values."""

    tool: str
    items: tuple[Item, ...]
    chain: bool


def _values(value: Value, step: int, zero: bool) -> tuple[int, ...]:
    low, high = -(-value.low // step), value.high // step
    return tuple(v * step for v in range(low, high + 1) if v or zero)


@lru_cache(maxsize=8)
def layout(catalog: Catalog, zeros: bool = False, step: int = STEP) -> tuple[Line, ...]:
    """A line per tool, in the catalog's order. Without `zeros` a slider's value is never 0 (a grid
    row's may be); a choice's amount never is: that would be an unused one."""
    whole = {"sliders": zeros, "grid": True, "choice": False}
    return tuple(
        Line(
            tool.name,
            tuple(
                Item(name, tuple(_values(v, step, whole[tool.kind]) for v in numbers))
                for name, numbers in tool.numbers.items()
            ),
            not tool.is_choice,
        )
        for tool in catalog.tools
    )


def _nearest(value: float, allowed: tuple[int, ...]) -> int:
    """The allowed value next to `value`; of two, the one farther from 0."""
    return min(allowed, key=lambda a: (abs(a - value), -abs(a)))


def _numbers(edit: dict, line: Line) -> dict[str, list[float]]:
    """A tool of an edit as name -> numbers; empty when unused."""
    given = edit.get(line.tool)
    if given is None:
        return {}
    if not line.chain:
        return {given[0]: list(given[1:])}
    return {n: list(v) if isinstance(v, list | tuple) else [v] for n, v in given.items()}


@dataclass(frozen=True)
class Word:
    """One word of a line; `among`: for a number, the values that could stand in its place."""

    text: str
    among: tuple[int, ...] = ()


def words(edit: dict, catalog: Catalog, zeros: bool = False, step: int = STEP) -> list[list[Word]]:
    """The words of an edit's lines; it is in the teacher's compact form. Values become the
    nearest ones that the format has. A tool that then changes nothing is unused; without `zeros`,
    what is 0 is left out."""
    out = []
    for line in layout(catalog, zeros, step):
        numbers = _numbers(edit, line)
        items: list[tuple[Item, list[int]]] = []
        for item in line.items:
            given = numbers.get(item.name, [0] * len(item.values) if line.chain else None)
            if given is not None:
                near = [_nearest(v, (0, *a)) for v, a in zip(given, item.values, strict=True)]
                items.append((item, near))
        written = [Word(line.tool)]
        changes = any(any(near) or not item.values for item, near in items)
        for item, near in items if changes else ():
            if zeros or any(near) or not item.values:
                written += [Word(item.name), *map(Word, map(str, near), item.values)]
        out.append(written if len(written) > 1 else [*written, Word(UNUSED)])
    return out


def lines(edit: dict, catalog: Catalog, zeros: bool = False, step: int = STEP) -> list[str]:
    """The lines of an edit (see `words`)."""
    return [" ".join(w.text for w in line) for line in words(edit, catalog, zeros, step)]


def _pattern(line: Line, zeros: bool) -> re.Pattern:
    """A regular expression with a group per item's name and per number, in the items' order."""

    def one(item: Item) -> str:
        groups = "".join(f" ({'|'.join(map(str, allowed))})" for allowed in item.values)
        return f" ({re.escape(item.name)}){groups}"

    if line.chain:
        body = "".join(f"(?:{one(i)}){'' if zeros else '?'}" for i in line.items)
    else:
        body = "|".join(map(one, line.items))
    return re.compile(f"{re.escape(line.tool)}(?: {UNUSED}|(?!$)(?:{body}))")


def read(texts: list[str], catalog: Catalog, zeros: bool = False, step: int = STEP) -> dict:
    """The edit (compact form) of a line per tool, without what is 0. LineError names the tool whose
    line is not valid."""
    edit: dict = {}
    for text, line in zip(texts, layout(catalog, zeros, step), strict=True):
        match = _pattern(line, zeros).fullmatch(text)
        if match is None:
            raise LineError(f"not a line of {line.tool}")
        groups = iter(match.groups())
        found = {i.name: (next(groups), [next(groups) for _ in i.values]) for i in line.items}
        given = {name: list(map(int, v)) for name, (written, v) in found.items() if written}
        changed = {name: v for name, v in given.items() if any(v) or not v}
        kind = catalog.tool(line.tool).kind
        if not changed:
            edit[line.tool] = None
        elif kind == "sliders":
            edit[line.tool] = {name: v[0] for name, v in changed.items()}
        elif kind == "grid":
            edit[line.tool] = changed
        else:
            edit[line.tool] = next([name, *v] for name, v in changed.items())
    return edit


def special_ids(tokenizer: Tokenizer) -> tuple[int, int]:
    """(decoder start, end): T5's `<pad>` and `</s>`, or `[PAD]` and `[SEP]` of word pieces."""
    for names in (("<pad>", "</s>"), ("[PAD]", "[SEP]")):
        start, end = (tokenizer.token_to_id(name) for name in names)
        if start is not None and end is not None:
            return start, end
    raise SpellingError("the tokenizer has neither <pad> and </s> nor [PAD] and [SEP]")


class Spelling:
    """How a tokenizer writes the words of a catalog's lines.

    Raises SpellingError for a word that it does not know, for two words at the same place of a line
    that it spells alike, when a line is not spelled word by word, and when lines would start or end
    with the unknown token.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        catalog: Catalog,
        zeros: bool = False,
        step: int = STEP,
        special: tuple[int, int] | None = None,
    ):
        self.start, self.end = special or special_ids(tokenizer)
        self.layout = layout(catalog, zeros, step)
        self.zeros, self.step = zeros, step
        self.pieces: dict[str, tuple[int, ...]] = {}
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        ids = (self._tokenizer.token_to_id(t) for t in ("<unk>", "[UNK]"))
        unknown = {i for i in ids if i is not None}
        if unknown & {self.start, self.end}:
            raise SpellingError(
                "a line would start or end with the unknown token (<unk>, [UNK]); set "
                "decoder_start_token_id and eos_token_id in config.json to what the model "
                "was trained with"
            )
        for line in self.layout:
            for item in line.items:
                if not all(item.values):
                    raise SpellingError(f"{item.name!r} has no multiple of {step} in its range")
            numbers = [str(v) for i in line.items for allowed in i.values for v in allowed]
            for choices in ([line.tool], [UNUSED], [i.name for i in line.items], numbers):
                self._learn(dict.fromkeys(choices), unknown)
        for line in self.layout:
            self._check_whole(line)

    def _encode(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _learn(self, choices: dict[str, None], unknown: set[int]) -> None:
        spelled: dict[tuple[int, ...], str] = {}
        for word in choices:
            pieces = self._encode(word)
            if not pieces or unknown & set(pieces) or {self.start, self.end} & set(pieces):
                raise SpellingError(
                    f"the tokenizer cannot spell {word!r}; rename it in the catalog, "
                    "or use a tokenizer that knows its characters"
                )
            if (other := spelled.setdefault(pieces, word)) != word:
                raise SpellingError(
                    f"the tokenizer spells {other!r} and {word!r} alike; rename one in the catalog"
                )
            self.pieces[word] = pieces

    def _check_whole(self, line: Line) -> None:
        """Each name before and after a number, each number in its place."""
        for item in line.items:
            for i in range(max(map(len, item.values), default=1)):
                numbers = [str(allowed[i % len(allowed)]) for allowed in item.values]
                words = [line.tool, item.name, *numbers]
                # A name alone ends its line.
                words += [item.name, *numbers] if numbers else []
                if self._encode(" ".join(words)) != tuple(p for w in words for p in self.pieces[w]):
                    raise SpellingError(
                        f"the tokenizer does not spell {item.name!r} word by word within a line"
                    )

    @property
    def vocabulary(self) -> list[int]:
        """The ids that a line can hold, with decoder start and end; ascending."""
        return sorted({self.start, self.end}.union(*self.pieces.values()))


def vocabulary(
    tokenizer: Tokenizer, catalog: Catalog, zeros: bool = False, step: int = STEP
) -> list[int]:
    """The token ids that the text codec's decoder needs for this catalog, ascending, with decoder
    start and end. Raises SpellingError (see `Spelling`)."""
    return Spelling(tokenizer, catalog, zeros, step).vocabulary
