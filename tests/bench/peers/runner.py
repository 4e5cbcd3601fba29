"""Runs contenders, one process after the other, in rounds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import contenders, summary
from .contenders import Contender
from .job import Job, Request, Result

SHORT = 5
"""How often a round repeats what takes a few milliseconds only."""


class PeerError(RuntimeError):
    """A peer that did not run; the message is what it said last."""


@dataclass(frozen=True)
class Run:
    """One process of a contender."""

    contender: Contender
    requests: list[Request]
    result: Result


def run(contender: Contender, requests: list[Request], threads: int, repeat: int) -> Run:
    """Starts one process, which answers the requests of its layouts. Raises PeerError."""
    mine = [r for r in requests if r.layout in contender.layouts]
    job = Job(str(contender.model), threads, repeat, mine, contender.job)
    try:
        process = subprocess.run(
            contender.command,
            input=job.to_json(),
            capture_output=True,
            text=True,
            cwd=contender.folder or Path(__file__).parent.parent,
            env=contenders.plain_environment() | contender.environment,
        )
    except OSError as error:
        raise PeerError(f"cannot start {contender.command[0]}: {error.strerror}") from error
    # A peer whose process falls over on its way out has still measured all that was asked.
    try:
        return Run(contender, mine, Result.read(process.stdout))
    except ValueError as error:
        said = (process.stderr or process.stdout).strip().splitlines()
        # Some print more after the error than the error.
        wrong = [line for line in said if "rror" in line] or said
        why = wrong[-1].strip() if wrong else f"exit status {process.returncode}"
        raise PeerError(why) from error


def best(
    candidates: Iterable[Contender], requests: list[Request], threads: int
) -> tuple[list[Contender], list[Run], dict[str, str]]:
    """The fastest contender of each family and layouts: (these, all that was tried, by family why
    one did not run)."""
    tried: list[Run] = []
    failed: dict[str, str] = {}
    for contender in candidates:
        tell(f"trying {contender.title}: {contender.settings}")
        try:
            tried.append(run(contender, requests, threads, 1))
        except PeerError as error:
            tell(f"  did not run: {error}")
            failed[f"{contender.title}: {contender.settings}"] = str(error)
    fastest: dict[tuple, Run] = {}
    for one in tried:
        key = (one.contender.family, one.contender.layouts)
        if key not in fastest or summary.pace(one) < summary.pace(fastest[key]):
            fastest[key] = one
    return [one.contender for one in fastest.values()], tried, failed


def rounds(
    chosen: list[Contender], requests: list[Request], threads: int, count: int
) -> tuple[list[list[Run]], dict[str, str]]:
    """Every contender once in each round, so that a disturbance hits all alike: (the rounds, why
    some failed). One that fails in a round is in none, and the others go on."""
    done: list[dict[int, Run]] = []
    failed: dict[int, str] = {}
    for number in range(count):
        done.append({})
        for place, contender in enumerate(chosen):
            if place in failed:
                continue
            tell(f"round {number + 1} of {count}: {contender.title} ({contender.layouts[0]})")
            repeat = SHORT if contender.layouts == (contenders.SLOTS,) else 1
            try:
                done[-1][place] = run(contender, requests, threads, repeat)
            except PeerError as error:
                tell(f"  did not run: {error}")
                failed[place] = str(error)
    kept = [[run for place, run in one.items() if place not in failed] for one in done]
    why = {f"{chosen[i].title}: {chosen[i].settings}": text for i, text in failed.items()}
    return kept, why


def tell(line: str) -> None:
    """Progress, on standard error."""
    print(line, file=sys.stderr, flush=True)
