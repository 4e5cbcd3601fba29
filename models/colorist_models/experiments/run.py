"""Trains an arm of an experiment, or takes it from the cache, and scores it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import pipeline, rows
from ..augment.loop import augment, unseen
from ..augment.similar import from_bank
from ..augment.students import kinds, students
from ..pipeline import Config
from ..predict import decoding, predict
from ..starts import key
from .arms import Arm

WANTED = 3
"""Similar intents per mistake and round: as many as the bank has for an intent."""


def _augmented(arm: Arm, config: Config, fit: list[dict], dev: list[dict], test: list[dict]):
    """The rows to train on after the arm's rounds of the augmentation loop, and its report."""
    catalog, bank = rows.catalog(config.folder), rows.similar_bank(config.folder)
    look = students(config, dev)
    if arm.folds:
        # Half the rows, half the steps.
        short = replace(config.train, steps=(config.train.steps or 0) // 2)
        look = unseen(look, arm.folds, students(replace(config, train=short), dev))
    return augment(
        fit,
        look,
        kinds(catalog),
        from_bank(bank),
        held=rows.held_out([*dev, *test], bank),
        rounds=arm.rounds,
        count=WANTED,
    )


def answers(arm: Arm, seed: int) -> tuple[Path, dict[str, Any]]:
    """The file with the arm's answers to the test rows (compact rows), and the facts that the table
    tells of it. Training and answers are kept in the cache."""
    config = replace(arm.config, train=replace(arm.config.train, seed=seed))
    catalog = rows.catalog(config.folder)
    fit, dev, test = pipeline.datasets(config)
    facts: dict[str, Any] = {"seed": seed}
    if arm.rounds:
        grown = _augmented(arm, config, fit, dev, test)
        rounds = grown.report["rounds"]
        facts["augmentation"] = " + ".join(str(r["added"]) for r in rounds) + " intents"
        fit = grown.rows
    student, tokenizer, folder = pipeline.train(config, (fit, dev))
    settings = config.train
    polish = config.codec == "slots" and config.polish
    epochs = f"{settings.epochs:g}" + (f" + {polish.epochs:g}" if polish else "")
    facts |= {
        "architecture": config.arch,
        "codec": config.codec,
        "prior": "yes" if config.prior and config.from_prior else "no",
        "rationale": settings.rationale,
        "training rows": len(fit),
        "development rows": len(dev),
        "steps": settings.steps or "",
        "epochs": "" if settings.steps else epochs,
        "batch": settings.batch,
        "parameters": sum(p.numel() for p in student.parameters()),
    }
    intents = [row["intent"] for row in test]
    target = folder / f"answers-{key(intents, dev)}.jsonl"
    if not target.exists():
        how = decoding(student, tokenizer, dev, catalog, settings.max_tokens)
        told = predict(student, tokenizer, intents, catalog, how, settings.max_tokens)
        rows.write_jsonl(target.with_suffix(".tmp"), told)
        target.with_suffix(".tmp").replace(target)
    return target, facts
