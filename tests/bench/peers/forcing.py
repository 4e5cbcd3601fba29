"""Makes `transformers`' generation loop write given tokens, for one small tensor a step.

Every step still runs the whole decoder and the whole head: only the choice is taken away, so that
all peers do the same number of steps and the caches hold the same tokens.
"""

from __future__ import annotations

import torch
from transformers import LogitsProcessor

from .job import Rows


class ForcedTokens(LogitsProcessor):
    """Writes `rows`, and `pad` after a row's end. `steps` counts what the decoder was asked for."""

    def __init__(self, rows: Rows, pad: int):
        longest = max(map(len, rows))
        self.tokens = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
        self.steps = 0

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """Replaces the scores of the step after `input_ids` (batch, 1 + steps so far)."""
        self.steps += 1
        step = self.tokens[:, input_ids.shape[1] - 1 : input_ids.shape[1]]
        return torch.full_like(scores, -torch.inf).scatter_(1, step, 0.0)


def written(sequences: torch.Tensor, end: int) -> Rows:
    """The rows of what `generate` returned: without the start token, each up to its end token."""
    rows = []
    for sequence in sequences[:, 1:].tolist():
        stop = sequence.index(end) + 1 if end in sequence else len(sequence)
        rows.append(sequence[:stop])
    return rows
