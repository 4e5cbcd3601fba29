"""What the loop trains: students of the pipeline, each from the same start."""

from __future__ import annotations

from .. import metrics, pipeline, rows
from ..catalog import Catalog
from ..pipeline import Config
from ..predict import decoding, predict
from .loop import Fit, Fitted
from .mistakes import Kinds, Row


def kinds(catalog: Catalog) -> Kinds:
    """The kind of each tool by its name."""
    return {tool.name: tool.kind for tool in catalog.tools}


def students(config: Config, dev: list[Row]) -> Fit:
    """Trains students as `config` says, or takes them from the cache. `dev`: the development rows,
    on which thresholds and scores are."""
    catalog = rows.catalog(config.folder)

    most = config.train.max_tokens

    def fit(found: list[Row], intents: list[str]) -> Fitted:
        student, tokenizer, _ = pipeline.train(config, (found, dev))
        how = decoding(student, tokenizer, dev, catalog, most)
        answers = predict(student, tokenizer, [r["intent"] for r in dev], catalog, how, most)
        scores = metrics.scores(catalog.targets(answers), catalog.targets(dev), catalog)
        return Fitted(predict(student, tokenizer, intents, catalog, how, most), scores)

    return fit
