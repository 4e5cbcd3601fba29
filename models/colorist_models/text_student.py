"""The text codec's student: T5 writes the lines of `text`, over the catalog's pieces only."""

from __future__ import annotations

import numpy as np
import torch
from transformers import Cache, DynamicCache, EncoderDecoderCache, T5Config, T5Model

from .catalog import Catalog
from .student import Hidden, Student
from .text import Spelling, read
from .text_walk import Walk


class TextStudent(Student):
    """`head` (ids, d_model) has a row for each id of the walk's vocabulary; the decoder's input
    embedding is the encoder's, as in T5."""

    codec = "text"
    tokens: torch.Tensor

    def __init__(
        self,
        config: T5Config,
        catalog: Catalog,
        spelling: Spelling,
        t5: T5Model | None = None,
    ):
        super().__init__(config, t5)
        self.learn_lines(catalog, spelling, config.d_model)

    def learn_lines(self, catalog: Catalog, spelling: Spelling, width: int) -> None:
        """Gives the student its automaton and a new head."""
        self.catalog, self.walk = catalog, Walk(spelling)
        tokens = torch.tensor(self.walk.vocabulary)
        self.register_buffer("tokens", tokens, persistent=False)
        self.head = torch.nn.Parameter(torch.randn(len(tokens), width) * self.scale)

    @property
    def tied_scale(self) -> float:
        """What states are multiplied with where the embeddings serve as head: T5's rule."""
        return self.scale

    def pieces(self) -> torch.Tensor:
        """The input embeddings of the vocabulary (ids, d_model). Taken once per step, since the
        gradient of each look into the whole table is as large as the table."""
        return self.embeddings[self.tokens]

    def decode(
        self, hidden: Hidden, mask: torch.Tensor, written: torch.Tensor, cache: Cache | None = None
    ) -> torch.Tensor:
        """`hidden` (batch, sequence, d_model), `written` (batch, length, d_model): embeddings, the
        decoder's start first -> the states after each piece (batch, length, d_model)."""
        return self.t5.decoder(
            inputs_embeds=written,
            encoder_hidden_states=hidden,
            encoder_attention_mask=mask,
            past_key_values=cache,
            use_cache=cache is not None,
        ).last_hidden_state

    def logits(
        self, hidden: Hidden, mask: torch.Tensor, written: torch.Tensor, cache: Cache | None = None
    ) -> torch.Tensor:
        """What `decode` says about the next piece: (batch, length, ids) of the vocabulary."""
        return self.decode(hidden, mask, written, cache) @ self.head.T

    def begin(self, hidden: Hidden) -> Cache:
        """The cache of a line that is not yet written."""
        return EncoderDecoderCache(DynamicCache(), DynamicCache())

    @torch.no_grad()
    def write(self, input_ids: torch.Tensor, mask: torch.Tensor) -> list[list[list[int]]]:
        """Greedy decoding under the grammar: per row of the batch the ids (with the end) of its
        lines."""
        hidden = self.encode(input_ids, mask)
        lines = [self._write(row, hidden, mask) for row in range(len(self.walk.start))]
        return [list(row) for row in zip(*lines, strict=True)]

    def _write(self, row: int, hidden: Hidden, mask: torch.Tensor) -> list[list[int]]:
        walk, n, device = self.walk, len(mask), mask.device
        following = torch.from_numpy(np.where(walk.next < 0, 0, walk.next)).to(device)
        blocked = torch.from_numpy(~walk.allowed).to(device)
        # The final state allows nothing; rows that are done go on writing the end.
        following[walk.final, walk.end], blocked[walk.final, walk.end] = walk.final, False
        cache = self.begin(hidden)
        state = torch.full((n,), walk.start[row], device=device)
        last = torch.full((n, 1), walk.index[walk.spelling.start], device=device)
        pieces, written = self.pieces(), []
        while (state != walk.final).any():
            logits = self.logits(hidden, mask, pieces[last], cache)[:, -1].float()
            last = logits.masked_fill(blocked[state], -torch.inf).argmax(-1, keepdim=True)
            state = following[state, last[:, 0]]
            written.append(last)
        out = torch.cat(written, 1).tolist()
        return [ids[: ids.index(walk.end) + 1] for ids in out]

    def edits(self, input_ids: torch.Tensor, mask: torch.Tensor) -> list[dict]:
        """The edits (compact form) that greedy decoding writes."""
        spelling = self.walk.spelling
        return [
            read(
                [self.walk.line(i, ids) for i, ids in enumerate(row)],
                self.catalog,
                spelling.zeros,
                spelling.step,
            )
            for row in self.write(input_ids, mask)
        ]
