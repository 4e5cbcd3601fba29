"""The line format as an automaton over token ids: which pieces may follow, for training and for
greedy decoding in Python. The core's `grammar` module is the same automaton in Rust."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .text import UNUSED, Line, LineError, Spelling


class Walk:
    """A deterministic automaton, one start state per line; `start` is not read, `end` is.

    Ids are indices into `vocabulary` (ascending token ids), so that `allowed` (states, ids) and
    `next` (states, ids) are small arrays; in `next`, -1 is not allowed.
    """

    def __init__(self, spelling: Spelling):
        self.spelling = spelling
        self.vocabulary = spelling.vocabulary
        self.index = {token: i for i, token in enumerate(self.vocabulary)}
        self.end = self.index[spelling.end]
        # The automaton as the format says it: edges with a token and, where a word ends, the word;
        # and edges that read nothing (an item that is left out).
        self._edges: list[list[tuple[int, int, str | None]]] = []
        self._skips: list[list[int]] = []
        self._final = self._node()
        self._starts = [self._line(line) for line in spelling.layout]
        self._determine()

    def _node(self) -> int:
        self._edges.append([])
        self._skips.append([])
        return len(self._edges) - 1

    def _word(self, source: int, word: str, target: int) -> None:
        *first, last = (self.index[p] for p in self.spelling.pieces[word])
        for piece in first:
            step = self._node()
            self._edges[source].append((piece, step, None))
            source = step
        self._edges[source].append((last, target, word))

    def _item(self, sources: Iterable[int], name: str, values: tuple, target: int) -> None:
        node = self._node() if values else target
        for source in sources:
            self._word(source, name, node)
        for i, allowed in enumerate(values):
            after = target if i == len(values) - 1 else self._node()
            for value in allowed:
                self._word(node, str(value), after)
            node = after

    def _line(self, line: Line) -> int:
        start, chosen, last = self._node(), self._node(), self._node()
        self._word(start, line.tool, chosen)
        self._word(chosen, UNUSED, last)
        self._edges[last].append((self.end, self._final, None))
        if not line.chain:
            for item in line.items:
                self._item([chosen], item.name, item.values, last)
            return start
        # Before each item: nothing written yet, or something (only then may the line end).
        nothing: int | None = chosen
        something: int | None = None
        for i, item in enumerate(line.items):
            after = self._node() if i < len(line.items) - 1 else last
            sources = [s for s in (nothing, something) if s is not None]
            self._item(sources, item.name, item.values, after)
            if self.spelling.zeros:
                nothing, something = None, after
                continue
            if something is not None:
                self._skips[something].append(after)
            if after is not last and nothing is not None:
                rest = self._node()
                self._skips[nothing].append(rest)
                nothing = rest
            something = after
        return start

    def _closed(self, nodes: Iterable[int]) -> frozenset[int]:
        found, todo = set(), list(nodes)
        while todo:
            if (node := todo.pop()) not in found:
                found.add(node)
                todo += self._skips[node]
        return frozenset(found)

    def _determine(self) -> None:
        states: dict[frozenset[int], int] = {}
        order: list[frozenset[int]] = []

        def number(nodes: Iterable[int]) -> int:
            closed = self._closed(nodes)
            if closed not in states:
                states[closed] = len(order)
                order.append(closed)
            return states[closed]

        self.start = [number([s]) for s in self._starts]
        rows: list[np.ndarray] = []
        while len(rows) < len(order):
            targets: dict[int, set[int]] = {}
            for node in order[len(rows)]:
                for piece, target, _ in self._edges[node]:
                    targets.setdefault(piece, set()).add(target)
            row = np.full(len(self.vocabulary), -1)
            for piece, nodes in targets.items():
                row[piece] = number(nodes)
            rows.append(row)
        self.next = np.stack(rows)
        self.allowed = self.next >= 0
        self.forced = self.allowed.sum(1) == 1
        self.final = states[frozenset([self._final])]

    def states(self, row: int, ids: list[int]) -> list[int]:
        """The state before each of `ids` (with the end). Raises LineError where one is not
        allowed."""
        state, out = self.start[row], []
        for position, i in enumerate(ids):
            out.append(state)
            state = int(self.next[state, i])
            if state < 0:
                raise LineError(f"no such line: position {position}")
        return out

    def line(self, row: int, ids: list[int]) -> str:
        """The text of a line from its ids (with the end)."""
        paths: dict[int, tuple[str, ...]] = {node: () for node in self._closed([self._starts[row]])}
        for i in ids:
            after: dict[int, tuple[str, ...]] = {}
            for node, words in paths.items():
                for piece, target, word in self._edges[node]:
                    if piece == i:
                        for closed in self._closed([target]):
                            after[closed] = (*words, word) if word else words
            paths = after
        if self._final not in paths:
            raise LineError("the line does not end")
        return " ".join(paths[self._final])
