"""The student's tokenizer: MiniLM's word pieces, pruned, plus T5's sentinels.

Word pieces rather than T5's Unigram because the language prior comes from MiniLM: equal pieces let
its embedding rows and its hidden states be taken over token by token (compared in README.md).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFKC, BertNormalizer, Sequence
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from . import minilm

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
SENTINELS = 100  # as many as T5 has
_LATIN = re.compile(r"(##)?[\x21-\x7e\u00a3\u00b0\u2013\u2014\u2019\u20ac]+")


def build(size: int, must_have: list[str]) -> Tokenizer:
    """A word piece tokenizer of `size` entries.

    MiniLM's vocabulary is ordered by frequency; the pieces that occur in `must_have` and all single
    characters come first, then the most frequent Latin ones until the vocabulary is full. A word
    whose piece was dropped is spelled by smaller pieces, so no Latin text becomes unknown. The last
    100 entries are the sentinels, `<extra_id_0>` last.
    """
    source = minilm.tokenizer()
    order = sorted(source.get_vocab().items(), key=lambda item: item[1])
    latin = [p for p, _ in order if _LATIN.fullmatch(p) and not (p[0] == "[" and len(p) > 1)]
    wanted = {t for e in source.encode_batch(must_have, add_special_tokens=False) for t in e.tokens}
    room = size - len(SPECIAL) - SENTINELS
    keep = {p for p in latin if p in wanted or len(p.removeprefix("##")) == 1}
    keep |= set([p for p in latin if p not in keep][: max(0, room - len(keep))])
    pieces = [*SPECIAL, *[p for p in latin if p in keep][:room]]
    vocab = {p: i for i, p in enumerate(pieces)}
    assert len(vocab) == len(pieces), "a piece occurs twice"
    for k in range(SENTINELS):
        vocab[f"<extra_id_{k}>"] = len(pieces) + SENTINELS - 1 - k
    tok = Tokenizer(WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=64))
    tok.normalizer = Sequence([NFKC(), BertNormalizer(lowercase=True, strip_accents=True)])
    tok.pre_tokenizer = BertPreTokenizer()
    tok.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tok


def minilm_ids(tok: Tokenizer) -> list[int]:
    """For each id of `tok`, MiniLM's id of the same piece (sentinels: an [unused] entry)."""
    source = minilm.tokenizer().get_vocab()
    ids = [source["[unused0]"]] * tok.get_vocab_size()
    for piece, i in tok.get_vocab().items():
        ids[i] = source.get(piece, ids[i])
    return ids


def save(tok: Tokenizer, path: Path) -> None:
    """Writes tokenizer.json without white space: the phone parses it at every cold start."""
    raw = json.loads(tok.to_str())
    path.write_text(json.dumps(raw, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
