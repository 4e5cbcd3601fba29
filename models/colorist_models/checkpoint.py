"""Reads Hugging Face T5 checkpoints: a folder, or the id of one that transformers can fetch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoConfig, AutoTokenizer, T5Config, T5ForConditionalGeneration

from . import t5_graphs
from .errors import UserError

_TIED = {"lm_head.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"}
"""What may be missing, because it is the same as `shared.weight`."""


class CheckpointError(UserError):
    """A folder that is not what it should be; the message says what is missing."""


@dataclass
class Checkpoint:
    """A T5 with its tokenizer; `source` is where it was read from."""

    source: str
    model: T5ForConditionalGeneration
    tokenizer: Tokenizer


def read_config(source: str) -> T5Config:
    """The configuration of a T5. Raises CheckpointError, UnsupportedModel."""
    try:
        cfg = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{source} has no config.json of a model: {error}") from error
    t5_graphs.check(cfg)
    assert isinstance(cfg, T5Config)
    return cfg


def ends(cfg: T5Config) -> tuple[int, int]:
    """The tokens that lines of this model start and end with. Raises CheckpointError."""
    # The start is no field of T5Config: without one in the file there is no such attribute.
    start, end = getattr(cfg, "decoder_start_token_id", None), cfg.eos_token_id
    if isinstance(start, int) and isinstance(end, int):
        return start, end
    raise CheckpointError(
        "config.json has to name one decoder_start_token_id and one eos_token_id; "
        f"they are {start} and {end}"
    )


def read_tokenizer(source: str) -> Tokenizer:
    """The checkpoint's tokenizer.json, or what transformers makes of other files (spiece.model).
    Raises CheckpointError."""
    if (file := Path(source) / "tokenizer.json").exists():
        try:
            return Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing more special
            raise CheckpointError(
                f"{file} is no tokenizer ({error}); save it again, or fetch it with git lfs"
            ) from error
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
        # Its annotation does not say that it gives a pair with this option.
        loaded: tuple[T5ForConditionalGeneration, dict] = (
            T5ForConditionalGeneration.from_pretrained(source, output_loading_info=True)  # type: ignore[assignment]
        )
    except Exception as error:  # safetensors and transformers have types of their own
        raise CheckpointError(
            f"{source} has no readable weights ({error}); a file that was cut off or is a pointer "
            "of git lfs has to be fetched again"
        ) from error
    model, told = loaded
    if missing := sorted(set(told["missing_keys"]) - _TIED):
        raise CheckpointError(
            f"{source} lacks {len(missing)} weights of a T5 with encoder and decoder, such as "
            f"{missing[0]}; transformers would fill them with random values"
        )
    return Checkpoint(source, model.eval(), read_tokenizer(source))
