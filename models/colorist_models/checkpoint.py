"""Reads Hugging Face T5 checkpoints: a folder, or the id of one that transformers can fetch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, T5ForConditionalGeneration

from . import t5_graphs


class CheckpointError(ValueError):
    """A folder that is not what it should be; the message says what is missing."""


@dataclass
class Checkpoint:
    """A T5 with its tokenizer; `source` is where it was read from."""

    source: str
    model: T5ForConditionalGeneration
    tokenizer: Tokenizer


def read_config(source: str) -> PreTrainedConfig:
    """The configuration of a T5. Raises CheckpointError, UnsupportedModel."""
    try:
        cfg = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{source} has no config.json of a model: {error}") from error
    t5_graphs.check(cfg)
    return cfg


def read_tokenizer(source: str) -> Tokenizer:
    """The checkpoint's tokenizer.json, or what transformers makes of other files (spiece.model).
    Raises CheckpointError."""
    if (file := Path(source) / "tokenizer.json").exists():
        return Tokenizer.from_file(str(file))
    try:
        tokenizer = AutoTokenizer.from_pretrained(source).backend_tokenizer
        # Of a folder without any, transformers makes one that knows no word.
        if Path(source).is_dir() and not any(Path(source).glob("*.model")):
            raise OSError("no tokenizer files")
        return tokenizer
    except (AttributeError, ImportError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{source} has no tokenizer.json, and no other tokenizer files that transformers can "
            "convert; save one with AutoTokenizer.from_pretrained(BASE).save_pretrained(FOLDER)"
        ) from error


def read(source: str) -> Checkpoint:
    """A checkpoint with its weights. Raises CheckpointError, UnsupportedModel."""
    read_config(source)
    try:
        model = T5ForConditionalGeneration.from_pretrained(source).eval()
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{source} has no readable weights: {error}") from error
    return Checkpoint(source, model, read_tokenizer(source))
