"""Which students each experiment compares, and how they are trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ..pipeline import Config
from ..starts import PriorConfig
from ..train import TrainConfig

Experiment = Literal["rq1", "rq2", "ours"]
"""`rq1`: kinds of students. `rq2`: few rows, with and without augmentation. `ours`: codecs, the
prior, the rationale."""

EQUAL_STEPS = 400
"""Steps of students that are compared with each other at equal steps (about 0.8 epochs)."""

LOW_DATA_STEPS = 600
"""Steps of every student of `rq2`, however many rows it has."""

FRACTION = 0.125
"""The paper's low-data regime."""


@dataclass(frozen=True)
class Arm:
    """One student of an experiment. `rounds`: of the augmentation loop before its last training;
    `folds`: of students that look for mistakes on rows which they have not seen (0: the student
    looks at its own rows); `against`: the arm that it is compared with."""

    name: str
    config: Config
    rounds: int = 0
    against: str | None = None
    folds: int = 0


def _at(steps: int, rationale: float = 0.0, **more) -> Config:
    train = TrainConfig(steps=steps, every=100, rationale=rationale)
    return Config(polish=None, train=train, **more)


def _low(fraction: float, *, prior: bool = True, bank: bool = False) -> Config:
    """The teacher's own rows only: neither the extra ones nor, unless asked for, other wordings."""
    return _at(LOW_DATA_STEPS, fraction=fraction, extra=False, bank=bank, from_prior=prior)


def arms(experiment: Experiment) -> list[Arm]:
    """The students of an experiment, in the table's order."""
    slots, text = _at(EQUAL_STEPS), _at(EQUAL_STEPS, codec="text")
    if experiment == "rq1":
        return [
            Arm("T5 slots, as shipped", Config()),
            Arm("T5 slots, 5 epochs", Config(polish=None)),
            Arm("T5 text, 5 epochs", Config(codec="text", polish=None)),
            Arm(f"T5 slots, {EQUAL_STEPS} steps", slots),
            Arm(f"T5 text, {EQUAL_STEPS} steps", text),
            Arm(f"Llama, {EQUAL_STEPS} steps", replace(text, arch="llama")),
        ]
    if experiment == "ours":
        why = _at(EQUAL_STEPS, rationale=0.3, codec="text")
        return [
            Arm("slots", slots),
            Arm("text", text, against="slots"),
            Arm("text + rationale", why, against="text"),
            Arm("slots, no prior", replace(slots, from_prior=False), against="slots"),
        ]
    eighth = _low(FRACTION)
    return [
        Arm("100%", _low(1.0), against="12.5%"),
        Arm("12.5%", eighth),
        Arm("12.5% + augmentation", eighth, 2, "12.5%"),
        Arm("12.5% + augmentation, unseen rows", eighth, 1, "12.5%", folds=2),
        Arm("12.5% + all of the bank", _low(FRACTION, bank=True), against="12.5%"),
        Arm("100%, no prior", _low(1.0, prior=False), against="12.5%, no prior"),
        Arm("12.5%, no prior", _low(FRACTION, prior=False)),
    ]


def quick(arm: Arm) -> Arm:
    """The same arm with a student of toy size, few steps, and random weights to start from: shows
    that an experiment runs, and nothing else."""
    shape = PriorConfig(vocab=4096, d_model=32, d_kv=8, num_heads=4, d_ff=64, layers=1)
    train = replace(arm.config.train, steps=4, every=4, batch=16)
    config = replace(arm.config, prior=shape, from_prior=False, train=train, polish=None)
    return replace(arm, config=config, rounds=min(arm.rounds, 1))
