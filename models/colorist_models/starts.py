"""What a training starts from: the language prior, a Hugging Face T5, or random weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer

from . import corpus, folders, prior, rows, vocab
from .catalog import Catalog
from .errors import UserError
from .llama import LlamaStudent, llama_config
from .paths import cache_dir
from .student import SlotsStudent, Student, t5_config
from .text import Spelling
from .text_student import TextStudent
from .train import TrainConfig

if TYPE_CHECKING:
    from .pipeline import Config

RECIPE = 1
"""Raise it when code changes what a step makes of the same settings and rows."""


@dataclass
class PriorConfig:
    """Shape of the encoder and size of the prior's corpus."""

    vocab: int = 20480
    d_model: int = 384
    d_kv: int = 32
    num_heads: int = 12
    d_ff: int = 1024
    layers: int = 6
    words: int = 40_000
    glosses: int = 15_000
    phrases: int = 45_000
    seed: int = 0


def key(*parts: object) -> str:
    """A short name for a cache folder, from everything that its content depends on."""
    text = json.dumps(
        [asdict(p) if is_dataclass(p) and not isinstance(p, type) else p for p in (RECIPE, *parts)]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def build_prior(config: PriorConfig) -> Path:
    """The folder with `tokenizer.json` and `encoder.pt` of the language prior, which is the same
    whatever the tools: its texts are WordNet's and this project's own training intents."""
    intents = [r["intent"] for r in rows.training_set(rows.split()[0])]
    folder = cache_dir() / "models" / f"prior-{key(config, intents)}"
    if not (folder / "encoder.pt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = vocab.build(config.vocab, intents)
        vocab.save(tokenizer, folder / "tokenizer.json")
        torch.manual_seed(config.seed)
        plain = TrainConfig(dropout=0.0)
        student = new_student(config, tokenizer.get_vocab_size(), plain, rows.catalog())
        assert isinstance(student, SlotsStudent), "without a spelling it is for slots"
        texts = corpus.build(
            intents,
            config.seed,
            words=config.words,
            glosses=config.glosses,
            phrases=config.phrases,
        )
        checkpoint = folder / "checkpoint.pt"
        cosine = prior.distil(student, tokenizer, texts, seed=config.seed, checkpoint=checkpoint)
        print(f"prior: token cosine to MiniLM {cosine:.3f} over {len(texts)} texts")
        torch.save(student.state_dict(), folder / "encoder.tmp")
        (folder / "encoder.tmp").replace(folder / "encoder.pt")
        checkpoint.unlink(missing_ok=True)
    return folder


def new_student(
    shape: PriorConfig,
    vocab_size: int,
    config: TrainConfig,
    catalog: Catalog,
    spelling: Spelling | None = None,
    arch: str = "t5",
) -> Student:
    """A student of that shape with random weights: for text where a spelling is given, else for
    slots. A Llama has two layers more than the encoder, which gives it as many parameters."""
    if arch not in ("t5", "llama"):
        raise UserError(f"no architecture {arch!r}: there are t5 and llama")
    if arch == "llama":
        if spelling is None:
            raise UserError("a llama writes words: take --codec text")
        llama = llama_config(
            vocab_size,
            d_model=shape.d_model,
            d_kv=shape.d_kv,
            num_heads=shape.num_heads,
            d_ff=shape.d_ff,
            num_layers=shape.layers + 2,
        )
        return LlamaStudent(llama, catalog, spelling)
    t5 = t5_config(
        vocab_size,
        d_model=shape.d_model,
        d_kv=shape.d_kv,
        num_heads=shape.num_heads,
        d_ff=shape.d_ff,
        num_layers=shape.layers,
        num_decoder_layers=config.decoder_layers,
        dropout_rate=config.dropout,
    )
    student = TextStudent(t5, catalog, spelling) if spelling else SlotsStudent(t5, catalog)
    student.without_encoder_dropout()
    return student


def begin(
    config: Config, fit: list[dict], catalog: Catalog
) -> tuple[Student, Tokenizer, str | None]:
    """The student before its training, its tokenizer, and a name for what it starts from."""
    torch.manual_seed(config.train.seed)
    if config.base:
        if config.arch != "t5":
            raise UserError("a base is a T5; --arch llama starts from the prior or at random")
        student, tokenizer = folders.from_base(config.base, config.codec, catalog, config.zeros)
        digest = hashlib.sha256(tokenizer.to_str().encode())
        for tensor in student.state_dict().values():
            digest.update(tensor.contiguous().numpy())
        return student, tokenizer, digest.hexdigest()
    shape = config.prior or PriorConfig()
    start = build_prior(config.prior) if config.prior and config.from_prior else None
    torch.manual_seed(config.train.seed)
    if start:
        tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    else:
        tokenizer = vocab.build(shape.vocab, [r["intent"] for r in fit])
    spelling = Spelling(tokenizer, catalog, config.zeros) if config.codec == "text" else None
    size = tokenizer.get_vocab_size()
    student = new_student(shape, size, config.train, catalog, spelling, config.arch)
    if start:
        state = torch.load(start / "encoder.pt", weights_only=True)
        if isinstance(student, LlamaStudent):
            student.start_from(state["t5.shared.weight"])
            return student, tokenizer, start.name
        # The decoder is new; only embeddings and encoder come from the prior.
        state = {k: v for k, v in state.items() if k.startswith(("t5.shared", "t5.encoder"))}
        student.load_state_dict(state, strict=False)
    return student, tokenizer, start.name if start else None
