"""From runs to figures."""

from __future__ import annotations

import math
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .runner import Run


def percentile(values: list[float], share: float) -> float:
    """By the nearest rank: a value that was really measured. Raises ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def samples(run: Run, layout: str, of: str = "milliseconds") -> list[float]:
    """The milliseconds of a layout's requests: of the clock, or `user_milliseconds` and so on."""
    return [
        time
        for repetition in getattr(run.result, of)
        for time, request in zip(repetition, run.requests, strict=True)
        if request.layout == layout
    ]


def pace(run: Run) -> float:
    """One figure to compare two settings of a peer by: the sum of the layouts' medians."""
    return sum(median(samples(run, layout)) for layout in run.contender.layouts)


def tokens_equal(run: Run) -> bool | None:
    """Whether a run wrote exactly what it was to write; None for one that reports no tokens."""
    rows = [r for r in run.result.rows if r is not None]
    if not rows:
        return None
    return run.result.rows == [request.rows for request in run.requests]


def entry(runs: list[Run], layout: str) -> dict:
    """The figures of one contender (its runs, one a round) in one layout."""
    first = runs[0]
    times = [samples(run, layout) for run in runs]
    everything = [time for one in times for time in one]
    mine = [i for i, r in enumerate(first.requests) if r.layout == layout]
    passes = [first.result.passes[i] for i in mine if first.result.passes[i] is not None]
    return {
        "family": first.contender.family,
        "title": first.contender.title,
        "layout": layout,
        "settings": first.contender.settings,
        "environment": first.contender.environment,
        "version": first.result.version,
        "median_ms": median(everything),
        "p90_ms": percentile(everything, 0.9),
        "round_medians_ms": [median(one) for one in times],
        "samples_ms": times,
        "load_seconds": median(run.result.load_seconds for run in runs),
        "peak_bytes": max(run.result.peak_bytes for run in runs),
        "file_bytes": first.contender.size(),
        # Means: the system counts CPU time in steps of 10 ms.
        "user_ms": fmean(t for run in runs for t in samples(run, layout, "user_milliseconds")),
        "system_ms": fmean(t for run in runs for t in samples(run, layout, "system_milliseconds")),
        "tokens": median(sum(map(len, first.requests[i].rows)) for i in mine),
        "longest_row": median(max(map(len, first.requests[i].rows), default=0) for i in mine),
        "passes": median(passes) if passes else None,
        "tokens_equal": tokens_equal(first),
    }


def entries(rounds: list[list[Run]]) -> list[dict]:
    """The figures of all rounds, a contender and layout each."""
    by_contender = zip(*rounds, strict=True)
    return [
        entry(list(runs), layout) for runs in by_contender for layout in runs[0].contender.layouts
    ]


def ratio(slower: dict, faster: dict) -> dict:
    """How many times as long one takes as the other: of all medians, within each round, and of the
    CPU time, which other programs on the machine disturb least."""
    pairs = zip(slower["round_medians_ms"], faster["round_medians_ms"], strict=True)
    return {
        "of_medians": slower["median_ms"] / faster["median_ms"],
        "by_round": [a / b for a, b in pairs],
        "of_cpu_time": _cpu(slower) / _cpu(faster) if _cpu(faster) else None,
    }


def _cpu(entry: dict) -> float:
    return entry["user_ms"] + entry["system_ms"]


GOALS = (
    ("ctranslate2", "colorist-slots", 60.0),
    ("ctranslate2", "colorist-text", 6.0),
    ("optimum", "colorist-text", 3.0),
    ("transformers.js", "colorist-text", 3.0),
)
"""(peer, Colorist's codec, at least so many times as fast)"""

OVERHEAD = 1.2
"""Slots take at most so many times the bare passes."""


def goals(found: list[dict]) -> list[dict]:
    """What was to be reached, with what was; only where both sides were measured."""
    out = []
    slots = next((e for e in found if e["family"] == "colorist-slots"), None)
    for peer, codec, goal in GOALS:
        for slower in (e for e in found if e["family"] == peer):
            faster = next(
                (e for e in found if e["family"] == codec and e["layout"] == slower["layout"]),
                slots if codec == "colorist-slots" else None,
            )
            if faster:
                times = ratio(slower, faster)
                reached = times["of_medians"] >= goal
                what = f"{codec} against {peer}, {slower['layout']}"
                out.append({"what": what, "at_least": goal, "reached": reached, **times})
    bare = next((e for e in found if e["family"] == "bare"), None)
    if slots and bare:
        times = ratio(slots, bare)
        reached = times["of_medians"] <= OVERHEAD
        what = "colorist-slots against its bare passes"
        out.append({"what": what, "at_most": OVERHEAD, "reached": reached, **times})
    return out
