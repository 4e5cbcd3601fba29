"""What a student must beat, on the same split: predictions for `colorist eval`."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from . import decode, minilm
from .catalog import Catalog, Targets


def constant(train: Targets, n: int, catalog: Catalog) -> Targets:
    """The same edit for everybody: the mean of the tools' values over the rows that use them, and
    each choice's most frequent name at its mean amount."""
    values = np.zeros(train.values.shape[1])
    choices = np.zeros(train.choices.shape[1], np.int64)
    amounts = np.zeros(train.amounts.shape[1], np.float32)
    for i, tool in enumerate(catalog.tools):
        on = train.used[:, i] > 0
        if tool.is_choice:
            choices[tool.choice] = np.bincount(train.choices[on, tool.choice]).argmax()
            amounts[tool.choice] = np.round(train.amounts[on, tool.choice].mean())
        else:
            values[tool.span] = train.values[on, tool.span].mean(0)
    return Targets(
        np.ones((n, len(catalog.tools)), np.int64),
        np.tile(np.round(values), (n, 1)).astype(np.float32),
        np.tile(choices, (n, 1)),
        np.tile(amounts, (n, 1)),
    )


def nearest(train: Targets, similarity: np.ndarray) -> Targets:
    """Each row gets the teacher's edit of its most similar training intent;
    `similarity` (test, train)."""
    best = similarity.argmax(1)
    return Targets(train.used[best], train.values[best], train.choices[best], train.amounts[best])


def neighbors(train: Targets, similarity: np.ndarray, catalog: Catalog, count: int = 20) -> Targets:
    """The mean of the `count` most similar training intents, weighted by similarity to the 8th
    power, through the same decoding as the student."""
    best = np.argsort(-similarity, axis=1)[:, :count]
    w = np.maximum(np.take_along_axis(similarity, best, 1), 1e-6) ** 8
    w /= w.sum(1, keepdims=True)
    used = (train.used[best] * w[..., None]).sum(1)
    values = (train.values[best] * w[..., None]).sum(1)
    amounts = (train.amounts[best] * w[..., None]).sum(1)
    choices = []
    for i, tool in enumerate(catalog.tools):
        on = np.maximum(used[:, i : i + 1], 1e-6)
        if not tool.is_choice:
            values[:, tool.span] /= on
            continue
        amounts[:, tool.choice] /= on[:, 0]
        names = np.zeros((len(best), 1 + len(tool.options)))
        for j in range(count):
            np.add.at(
                names, (np.arange(len(best)), train.choices[best[:, j], tool.choice]), w[:, j]
            )
        choices.append(names)
    p = decode.Probabilities(used, values, choices, amounts)
    return decode.decide(p, decode.Decoding(), catalog)


def predict_all(train: list[dict], test: list[dict], catalog: Catalog) -> dict[str, list[dict]]:
    """The edits of each baseline for the test rows, in the teacher's compact form."""
    y = catalog.targets(train)
    texts, queries = [r["intent"] for r in train], [r["intent"] for r in test]
    tfidf = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    lexical = (tfidf.fit(texts).transform(queries) @ tfidf.transform(texts).T).toarray()
    dense = (minilm.embed(queries) @ minilm.embed(texts).T).numpy()
    answers = {
        "constant": constant(y, len(test), catalog),
        "nearest-tfidf": nearest(y, lexical),
        "nearest-minilm": nearest(y, dense),
        "20-nearest-minilm": neighbors(y, dense, catalog),
    }
    return {name: decode.edits(t, catalog) for name, t in answers.items()}
