"""A student of toy size and a few rows, for tests of training."""

from dataclasses import replace

import torch

from colorist_models import rows, starts, vocab
from colorist_models.catalog import Catalog
from colorist_models.text import Spelling
from colorist_models.train import TrainConfig

CATALOG = Catalog.load()
SHAPE = starts.PriorConfig(vocab=20480, d_model=32, d_kv=8, num_heads=4, d_ff=64, layers=1)
CONFIG = TrainConfig(batch=16, lr=3e-3, encoder_lr=3e-3, ema=0.9, steps=8, every=4)


def tiny(**settings):
    """(tokenizer, configuration)."""
    return vocab.build(SHAPE.vocab, []), replace(CONFIG, **settings)


def small_rows() -> tuple[list[dict], list[dict]]:
    """(rows to fit, with the teacher's `why`, development rows)."""
    own = rows.split()[0]
    why = {row["intent"]: row["why"] for row in own[:24]}
    fit = rows.training_set(own[:24], extra=False)
    return [{**row, "why": why[row["group"]]} for row in fit], own[24:36]


def fresh(tokenizer, config, codec="slots", arch="t5"):
    """The student before its training, always the same."""
    torch.manual_seed(0)
    spelling = Spelling(tokenizer, CATALOG) if codec == "text" else None
    return starts.new_student(SHAPE, tokenizer.get_vocab_size(), config, CATALOG, spelling, arch)
