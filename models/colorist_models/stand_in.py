"""Randomly weighted checkpoints of public shapes, to measure what real ones would cost.

The tokenizer is of T5's kind (Unigram over words that begin with `▁`, as many entries, the special
tokens at the same places, numbers up to 100 as one piece), trained on texts at hand, so that a
line has about as many tokens as with T5's own.
"""

from __future__ import annotations

import json
import string
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Nmt, Sequence
from tokenizers.pre_tokenizers import Metaspace, WhitespaceSplit
from tokenizers.pre_tokenizers import Sequence as PreTokenizers
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import UnigramTrainer
from torch import nn
from transformers import T5Config, T5ForConditionalGeneration

from . import corpus, rows
from .choices import Shape
from .vocab import SENTINELS

SHAPES: dict[Shape, tuple[int, ...]] = {
    # d_model, d_kv, heads, d_ff, layers of encoder and decoder, words, rows of the embedding
    "tiny": (32, 8, 4, 64, 2, 700, 700),
    "flan-t5-small": (512, 64, 6, 1024, 8, 32_100, 32_128),
    "flan-t5-base": (768, 64, 12, 2048, 12, 32_100, 32_128),
    "flan-t5-large": (1024, 64, 16, 2816, 24, 32_100, 32_128),
}
"""The published configurations of google/flan-t5-*, and one for tests."""

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"

_NUMBERS = range(101)


def texts(words: int) -> list[str]:
    """What the tokenizer is trained on: the training intents, and WordNet for a large one."""
    intents = [r["intent"] for r in rows.split()[0]]
    if words < 10_000:
        return intents
    return corpus.build(intents, 0, words=150_000, glosses=60_000, phrases=10_000)


def tokenizer(words: int, must_spell: list[str], sentinels: int = SENTINELS) -> Tokenizer:
    """A tokenizer of `words` entries: pad 0, end 1, unknown 2, `<extra_id_0>` last. Every character
    of `must_spell` is a piece."""
    tok = Tokenizer(Unigram())
    tok.normalizer = Sequence([Nmt(), NFKC()])
    tok.pre_tokenizer = PreTokenizers([WhitespaceSplit(), Metaspace()])
    special = [PAD, END, UNKNOWN]
    room = words - len(special) - sentinels
    alphabet = sorted({c for t in [*must_spell, string.printable[:94]] for c in t} - {" "})
    trainer = UnigramTrainer(
        vocab_size=room + len(special),
        special_tokens=special,
        unk_token=UNKNOWN,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tok.train_from_iterator(texts(words), trainer)
    trained = [tuple(v) for v in json.loads(tok.to_str())["model"]["vocab"][len(special) :]]
    pieces = {p: s for p, s in trained if not any(c.isdigit() for c in p)}
    rarest = min(pieces.values())
    pieces |= {c: pieces.get(c, rarest) for c in alphabet}
    # T5 has these as pieces; a score that no way round through digits can beat.
    numbers = [f"{head}{n}" for n in _NUMBERS for head in ("▁", "")]
    pieces |= {p: max(pieces.get(p, rarest), -8.0) for p in ["▁-", *numbers]}
    needed = {"▁", "▁-", *alphabet, *numbers}
    for piece in sorted(pieces, key=lambda p: pieces[p]):
        if len(pieces) <= room:
            break
        if piece not in needed:
            del pieces[piece]
    vocabulary = [(s, 0.0) for s in special] + sorted(pieces.items(), key=lambda p: -p[1])
    unused = room + len(special) - len(vocabulary)
    vocabulary += [(f"<unused_{i}>", 2 * rarest) for i in range(unused)]
    extra = [f"<extra_id_{k}>" for k in reversed(range(sentinels))]
    vocabulary += [(e, 0.0) for e in extra]
    tok.model = Unigram(vocabulary, unk_id=special.index(UNKNOWN), byte_fallback=False)
    tok.add_special_tokens(
        [AddedToken(t, special=True, normalized=False) for t in [*special, *extra]]
    )
    tok.decoder = MetaspaceDecoder()
    tok.post_processor = TemplateProcessing(
        single=f"$A {END}", special_tokens=[(END, special.index(END))]
    )
    return tok


def config(shape: Shape) -> T5Config:
    """The configuration of one of SHAPES."""
    d_model, d_kv, heads, d_ff, layers, _, vocabulary = SHAPES[shape]
    return T5Config(  # type: ignore[call-arg] # fields of its base that it hands on
        vocab_size=vocabulary,
        d_model=d_model,
        d_kv=d_kv,
        num_heads=heads,
        d_ff=d_ff,
        num_layers=layers,
        num_decoder_layers=layers,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )


def model(cfg: T5Config, seed: int) -> T5ForConditionalGeneration:
    """A T5 with random weights and a head of its own."""
    torch.manual_seed(seed)
    t5 = T5ForConditionalGeneration(cfg).eval()
    # transformers ties the head to the embeddings unless a checkpoint has both.
    head = torch.randn(cfg.vocab_size, cfg.d_model) * cfg.d_model**-0.5
    t5.lm_head.weight = nn.Parameter(head)
    return t5


def save(folder: Path, shape: Shape, seed: int, must_spell: list[str]) -> Path:
    """Writes a Hugging Face folder (config.json, model.safetensors, tokenizer.json)."""
    folder.mkdir(parents=True, exist_ok=True)
    words = SHAPES[shape][5]
    tokenizer(words, must_spell, SENTINELS if words > 10_000 else 40).save(
        str(folder / "tokenizer.json")
    )
    model(config(shape), seed).save_pretrained(folder)
    return folder
