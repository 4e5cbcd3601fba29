"""What the runner and a peer say to each other.

A peer is a process that reads one job (JSON) on standard input and prints one result (JSON) as the
last line of its standard output. Python peers need only a function that opens the model: `serve`
does the rest, the same way for each of them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Rows = list[list[int]]
"""Token ids by row: one row per tool, with the end token, without the decoder's start token."""


@dataclass(frozen=True)
class Request:
    """One intent, and what is to be written for it."""

    layout: str
    """Which lines: `changed` has what is not zero, `all` has every slider and color."""
    intent: str
    source: list[int]
    """The intent's token ids with the end token."""
    rows: Rows


@dataclass(frozen=True)
class Job:
    """What a peer is to do: the first request of each layout to warm up, then all of them `repeat`
    times, timed."""

    model: str
    """The peer's own files: a folder or a file."""
    threads: int
    repeat: int
    requests: list[Request]
    settings: dict = field(default_factory=dict)
    """A variant of the peer, if it has some."""

    @classmethod
    def read(cls, text: str) -> Job:
        """A job from its JSON."""
        raw = json.loads(text)
        return cls(**raw | {"requests": [Request(**r) for r in raw["requests"]]})

    def warm_up(self) -> list[Request]:
        """The first request of each layout."""
        return list({request.layout: request for request in reversed(self.requests)}.values())

    def to_json(self) -> str:
        """The job as one JSON object."""
        return json.dumps(dataclasses.asdict(self))


@dataclass(frozen=True)
class Result:
    """What a peer measured of itself. `milliseconds[k][i]` and so on, `rows[i]`, `passes[i]`:
    repetition k, request i of the job."""

    version: str
    load_seconds: float
    milliseconds: list[list[float]]
    user_milliseconds: list[list[float]]
    """CPU time in the process during a request; below it, the kernel's for it."""
    system_milliseconds: list[list[float]]
    rows: list[Rows | None]
    """What it wrote; None where a peer cannot say, or writes no tokens."""
    passes: list[int | None]
    """Runs of the decoder for a request; None where a peer cannot say."""
    peak_bytes: int
    """The most memory that the process ever held."""
    notes: dict = field(default_factory=dict)

    @classmethod
    def read(cls, output: str) -> Result:
        """The result that a peer printed last. Raises ValueError without one."""
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if not lines:
            raise ValueError("the peer printed no result")
        return cls(**json.loads(lines[-1]))


Answer = tuple[Rows | None, int | None]
"""What was written, and in how many runs of the decoder."""

Peer = Callable[[Request], Answer]


def peak_bytes(pid: int) -> int:
    """The most memory that a process ever held (`ru_maxrss` would count its parent's, too)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not say how much memory a process held")


def cpu_seconds(pid: int) -> tuple[float, float]:
    """CPU time of a process so far: its own, and the kernel's for it (10 ms steps)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    tick = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / tick, int(fields[12]) / tick


def serve(version: str, load: Callable[[Job], Peer]) -> None:
    """Does the job on standard input and prints its result."""
    job = Job.read(sys.stdin.read())
    start = time.perf_counter()
    peer = load(job)
    loaded = time.perf_counter() - start
    for request in job.warm_up():
        peer(request)
    # A peer that only talks to another process has that one's number.
    pid = getattr(peer, "pid", os.getpid())
    times, answers = [], []
    for _ in range(job.repeat):
        timed = [_timed(peer, request, pid) for request in job.requests]
        times.append([time for time, _ in timed])
        answers = [answer for _, answer in timed]
    result = Result(
        version=version,
        load_seconds=loaded,
        milliseconds=[[wall for wall, _, _ in one] for one in times],
        user_milliseconds=[[user for _, user, _ in one] for one in times],
        system_milliseconds=[[system for _, _, system in one] for one in times],
        rows=[rows for rows, _ in answers],
        passes=[passes for _, passes in answers],
        peak_bytes=peak_bytes(pid),
        notes=getattr(peer, "notes", {}),
    )
    print(json.dumps(dataclasses.asdict(result)), flush=True)


def _timed(peer: Peer, request: Request, pid: int) -> tuple[tuple[float, float, float], Answer]:
    """Milliseconds of one request (of the clock, of the process, of the kernel for it), and what
    came of it."""
    user, system = cpu_seconds(pid)
    start = time.perf_counter()
    answer = peer(request)
    wall = time.perf_counter() - start
    then = cpu_seconds(pid)
    return (wall * 1e3, (then[0] - user) * 1e3, (then[1] - system) * 1e3), answer
