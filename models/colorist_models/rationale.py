"""The teacher's rationale as an extra label: distilling step-by-step (Hsieh et al. 2023,
https://arxiv.org/abs/2305.02301).

A student that writes text learns a second task beside the tools' lines: to write the `why` of the
teacher's row, from a start piece of its own, over the whole vocabulary with the embeddings as head.
Nothing of it is needed to answer. Rows without a `why` take no part in this term.
"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from .errors import UserError

START = "<extra_id_99>"
"""The sentinel that asks for the rationale; catalogs' slots take theirs from the other end."""

MAX_PIECES = 32
"""A rationale is one short clause; what is longer is cut."""


class Rationales:
    """The rationales of the training rows as pieces. Raises UserError for a tokenizer without the
    sentinel, or rows of which none has a `why`."""

    def __init__(self, tokenizer: Tokenizer, rows: list[dict], end: int):
        start = tokenizer.token_to_id(START)
        if start is None:
            raise UserError(f"the tokenizer has no {START}, which asks for the rationale")
        whys = [row.get("why") or "" for row in rows]
        if not any(whys):
            raise UserError("no row has a `why`: there is no rationale to learn")
        self.pieces = [
            torch.tensor([start, *e.ids[:MAX_PIECES], end] if e.ids else [start])
            for e in tokenizer.encode_batch(whys, add_special_tokens=False)
        ]

    def loss(
        self, student, hidden, mask: torch.Tensor, batch: list[int], weight: torch.Tensor
    ) -> torch.Tensor:
        """The mean cross-entropy per piece over the rows of `batch` that have a rationale.

        `student` is a `TextStudent`, `hidden` what it made of the intents, `mask` theirs, `weight`
        (rows of the batch) how much each counts.
        """
        table = student.embeddings
        rows = [self.pieces[i] for i in batch]
        read = pad_sequence([r[:-1] for r in rows], True, 0).to(table.device)
        wanted = pad_sequence([r[1:] for r in rows], True, -1).to(table.device)
        if not wanted.numel():
            return table.sum() * 0.0
        states = student.decode(hidden, mask, F.embedding(read, table))
        asked = wanted >= 0
        logits = (states[asked] * student.tied_scale) @ table.T
        each = F.cross_entropy(logits.float(), wanted[asked], reduction="none")
        share = weight[:, None].expand_as(asked)[asked]
        return (each * share).sum() / share.sum()
