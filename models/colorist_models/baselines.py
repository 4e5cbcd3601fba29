"""What a student must beat, on the same split: predictions for `colorist eval`."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from . import decode, minilm
from .catalog import Catalog, Targets


def constant(train: Targets, n: int, catalog: Catalog) -> Targets:
    """The same edit for everybody: the mean of the tools' values over the rows that use them, and
    the most frequent filter at its mean intensity."""
    k = len(catalog.sliders)
    values = np.concatenate(
        [
            train.values[train.used[:, 0] > 0, :k].mean(0),
            train.values[train.used[:, 1] > 0, k:].mean(0),
        ]
    )
    name = int(np.bincount(train.filter[train.filter > 0]).argmax())
    intensity = train.intensity[train.filter > 0].mean()
    return Targets(
        np.ones((n, 3), np.int64),
        np.tile(np.round(values), (n, 1)).astype(np.float32),
        np.full(n, name),
        np.full(n, np.round(intensity), np.float32),
    )


def nearest(train: Targets, similarity: np.ndarray) -> Targets:
    """Each row gets the teacher's edit of its most similar training intent;
    `similarity` (test, train)."""
    best = similarity.argmax(1)
    return Targets(train.used[best], train.values[best], train.filter[best], train.intensity[best])


def neighbors(train: Targets, similarity: np.ndarray, catalog: Catalog, count: int = 20) -> Targets:
    """The mean of the `count` most similar training intents, weighted by similarity to the 8th
    power, through the same decoding as the student."""
    best = np.argsort(-similarity, axis=1)[:, :count]
    w = np.maximum(np.take_along_axis(similarity, best, 1), 1e-6) ** 8
    w /= w.sum(1, keepdims=True)
    k = len(catalog.sliders)
    used = (train.used[best] * w[..., None]).sum(1)
    values = (train.values[best] * w[..., None]).sum(1)
    values[:, :k] /= np.maximum(used[:, :1], 1e-6)
    values[:, k:] /= np.maximum(used[:, 1:2], 1e-6)
    names = np.zeros((len(best), 1 + len(catalog.filters)))
    for j in range(count):
        np.add.at(names, (np.arange(len(best)), train.filter[best[:, j]]), w[:, j])
    intensity = (train.intensity[best] * w).sum(1) / np.maximum(used[:, 2], 1e-6)
    p = decode.Probabilities(used, values, names, intensity)
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
