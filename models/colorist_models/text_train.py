"""What the text student is trained for: the pieces where the grammar leaves a choice."""

from __future__ import annotations

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.utils.rnn import pad_sequence

from . import metrics, minilm
from .catalog import Catalog
from .rationale import Rationales
from .student import Student
from .text import words
from .text_student import TextStudent
from .text_walk import Walk


class Targets:
    """Lines as tensors, and for each choice the distribution that is wanted.

    A name's is the teacher's piece, with `smooth` of the mass spread over all that is allowed. A
    number's follows the normal curve of `sigma` slider units around the teacher's value, summed
    over the values that go on with the same piece. A forced piece has none: its index is -1.
    """

    def __init__(self, walk: Walk, sigma: float, smooth: float):
        self.walk, self.sigma, self.smooth = walk, sigma, smooth
        self._rows: list[np.ndarray] = []
        self._known: dict[tuple, int] = {}

    def _row(self, key: tuple, make) -> int:
        if key not in self._known:
            self._known[key] = len(self._rows)
            self._rows.append(make())
        return self._known[key]

    def _name(self, state: int, piece: int) -> np.ndarray:
        allowed = self.walk.allowed[state]
        out = allowed * (self.smooth / allowed.sum())
        out[piece] += 1 - self.smooth
        return out

    def _number(self, value: int, among: tuple[int, ...], depth: int) -> np.ndarray:
        pieces = self.walk.spelling.pieces
        prefix = pieces[str(value)][:depth]
        out = np.zeros(len(self.walk.vocabulary))
        for other in among:
            spelled = pieces[str(other)]
            if spelled[:depth] == prefix and len(spelled) > depth:
                near = np.exp(-((other - value) ** 2) / (2 * self.sigma**2))
                out[self.walk.index[spelled[depth]]] += near
        return out / out.sum()

    def lines(self, edit: dict, catalog: Catalog) -> list[tuple[list[int], list[int], list[int]]]:
        """Per line: what the decoder reads (the start first), the states before each piece, and
        the wanted distribution's index (-1: forced)."""
        walk, spelling, out = self.walk, self.walk.spelling, []
        written = words(edit, catalog, spelling.zeros, spelling.step)
        for row, line in enumerate(written):
            pieces = [(walk.index[p], w, d) for w in line
                      for d, p in enumerate(spelling.pieces[w.text])]  # fmt: skip
            ids = [*(i for i, _, _ in pieces), walk.end]
            states = walk.states(row, ids)
            wanted = []
            for i, state, (_, word, depth) in zip(
                ids, states, [*pieces, (0, None, 0)], strict=True
            ):
                if walk.forced[state]:
                    wanted.append(-1)
                elif word and word.among:
                    number = (word.text, word.among, depth)
                    wanted.append(
                        self._row(number, lambda k=number: self._number(int(k[0]), *k[1:]))
                    )
                else:
                    name = (state, i)
                    wanted.append(self._row(name, lambda k=name: self._name(*k)))
            out.append(([walk.index[spelling.start], *ids[:-1]], states, wanted))
        return out

    def table(self) -> torch.Tensor:
        """(distributions, ids) in float32."""
        return torch.from_numpy(np.stack(self._rows)).float()


class TextTask:
    """Loss and development scores of the text codec (see `train.finetune`)."""

    def __init__(
        self,
        student: TextStudent,
        tokenizer: Tokenizer,
        ids: list[list[int]],
        train: list[dict],
        dev_ids: list[list[int]],
        dev: list[dict],
        catalog: Catalog,
        weight: torch.Tensor,
        config,
    ):
        targets = Targets(student.walk, config.sigma, config.smooth)
        self.lines = [targets.lines(row, catalog) for row in train]
        self.table = targets.table().to(student.device)
        self.allowed = torch.from_numpy(student.walk.allowed).to(student.device)
        self.ids, self.weight, self.catalog = ids, weight.to(student.device), catalog
        self.dev_ids, self.dev = dev_ids, catalog.targets(dev)
        self.rationale = config.rationale
        if self.rationale:
            self.whys = Rationales(tokenizer, train, student.walk.spelling.end)

    def loss(self, student: Student, batch: list[int]) -> dict[str, torch.Tensor]:
        """The named terms: per tool the mean cross-entropy over its lines' choices, and that of the
        rationale where it is wanted."""
        assert isinstance(student, TextStudent)
        terms, device = {}, student.device
        with torch.autocast(device.type, torch.bfloat16):
            input_ids, mask = (t.to(device) for t in minilm.pad([self.ids[i] for i in batch], 0))
            hidden, pieces = student.encode(input_ids, mask), student.pieces()
            for row, tool in enumerate(self.catalog.names):
                read, state, wanted = (
                    pad_sequence(
                        [torch.tensor(self.lines[i][row][part]) for i in batch], True, fill
                    ).to(device)
                    for part, fill in ((0, 0), (1, 0), (2, -1))
                )
                choice = wanted >= 0
                logits = student.logits(hidden, mask, pieces[read])[choice].float()
                log_p = logits.masked_fill(~self.allowed[state[choice]], -1e9).log_softmax(-1)
                weight = self.weight[batch, None].expand_as(choice)[choice]
                ce = -(self.table[wanted[choice]] * log_p).sum(-1)
                terms[tool] = (ce * weight).sum() / weight.sum()
            if self.rationale:
                why = self.whys.loss(student, hidden, mask, batch, self.weight[batch])
                terms["why"] = self.rationale * why
        return terms

    def scores(self, student: Student) -> dict:
        """The metrics of greedy decoding on the development rows."""
        assert isinstance(student, TextStudent)
        return metrics.scores(
            self.catalog.targets(edits(student, self.dev_ids)), self.dev, self.catalog
        )


@torch.no_grad()
def edits(student: TextStudent, ids: list[list[int]], batch: int = 128) -> list[dict]:
    """The edits (compact form) of greedy decoding under the grammar."""
    training = student.training
    student.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out: list[dict] = [{}] * len(ids)
    for start in range(0, len(order), batch):
        index = order[start : start + batch]
        padded = (t.to(student.device) for t in minilm.pad([ids[i] for i in index], 0))
        for i, edit in zip(index, student.edits(*padded), strict=True):
            out[i] = edit
    student.train(training)
    return out
