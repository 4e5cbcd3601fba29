"""A float student's answers: compact rows, as `colorist eval --predictions` reads them."""

from __future__ import annotations

from tokenizers import Tokenizer

from . import decode
from .catalog import Catalog
from .decode import Decoding
from .student import SlotsStudent, Student
from .text_student import TextStudent
from .text_train import edits
from .train import encode, infer, tune


def decoding(
    student: Student, tokenizer: Tokenizer, dev: list[dict], catalog: Catalog, max_tokens: int = 64
) -> Decoding | None:
    """The thresholds that are best on the development rows; None for a student that writes."""
    if not isinstance(student, SlotsStudent):
        return None
    ids = encode(tokenizer, dev, max_tokens)
    return tune(infer(student, ids), catalog.targets(dev), catalog)


def predict(
    student: Student,
    tokenizer: Tokenizer,
    intents: list[str],
    catalog: Catalog,
    how: Decoding | None,
    max_tokens: int = 64,
) -> list[dict]:
    """The student's answers, one compact row an intent, in order; `how` is `decoding`'s."""
    if not intents:
        return []
    ids = encode(tokenizer, [{"intent": intent} for intent in intents], max_tokens)
    if isinstance(student, SlotsStudent):
        p = decode.probabilities(infer(student, ids), catalog)
        answers = decode.edits(decode.decide(p, how or Decoding.of(catalog), catalog), catalog)
    else:
        assert isinstance(student, TextStudent)
        answers = edits(student, ids)
    return [{"intent": i, **answer} for i, answer in zip(intents, answers, strict=True)]
