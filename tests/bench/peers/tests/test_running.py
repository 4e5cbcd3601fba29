"""Peers as processes: jobs, results, the choice of settings, things that are made once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from peers import contenders, lines, runner, steps, summary
from peers.contenders import Contender
from peers.job import Job, Request, Result

PEER = """
import sys, time
from peers.job import serve

def load(job):
    def peer(request):
        time.sleep(job.settings["seconds"])
        return request.rows, max(map(len, request.rows))
    return peer

print("a line that some library prints")
serve("fake 1.0", load)
"""

ASKED = [
    Request(layout, "warm light", [5, 6, 1], [[7, 1], [8, 9, 1]]) for layout in ("changed", "all")
]


def contender(program: str, seconds: float = 0.0, family: str = "fake") -> Contender:
    command = [sys.executable, "-c", program]
    return Contender(
        family, family, f"{seconds} s", command, Path("m"), [], job={"seconds": seconds}
    )


def test_a_job_survives_its_way_to_the_peer():
    job = Job("folder", 2, 3, ASKED, {"kind": "int8"})
    assert Job.read(job.to_json()) == job


def test_a_peer_answers_with_what_it_measured():
    run = runner.run(contender(PEER, 0.02), ASKED, 2, 3)
    result = run.result
    assert [len(times) for times in result.milliseconds] == [2, 2, 2]
    assert min(min(times) for times in result.milliseconds) >= 20
    assert result.rows == [request.rows for request in ASKED]
    assert result.passes == [3, 3]
    assert result.peak_bytes > 1_000_000


def test_a_peer_without_a_result_is_an_error_with_its_last_words():
    with pytest.raises(runner.PeerError, match="no such model"):
        runner.run(contender("raise SystemExit('no such model')"), ASKED, 2, 1)
    with pytest.raises(ValueError, match="no result"):
        Result.read("nothing but talk\n")


def test_the_fastest_settings_of_a_family_are_chosen():
    candidates = [contender(PEER, 0.05), contender(PEER, 0.001), contender("raise SystemExit('x')")]
    chosen, tried, failed = runner.best(candidates, ASKED, 2)
    assert [c.settings for c in chosen] == ["0.001 s"]
    assert len(tried) == 2
    assert list(failed.values()) == ["x"]


def test_a_program_that_is_not_there_did_not_run():
    missing = Contender("no", "No", "set", ["no-such-program"], Path("m"), [])
    with pytest.raises(runner.PeerError, match="cannot start no-such-program: No such file"):
        runner.run(missing, ASKED, 2, 1)
    chosen, _, failed = runner.best([missing], ASKED, 2)
    assert chosen == [] and list(failed) == ["No: set"]


def test_without_node_transformers_js_takes_no_part():
    made = contenders.Places("python", None, None, "colorist", lambda name: Path(name))
    assert contenders.transformers_js(made, 2) == []
    assert contenders.candle(made, 2) == []


def test_who_fails_in_a_later_round_does_not_take_the_others_along(tmp_path: Path):
    once = f"""
from pathlib import Path
mark = Path({str(tmp_path / "ran")!r})
if mark.exists():
    raise SystemExit("Error: only once")
mark.touch()
"""
    chosen = [contender(once + PEER, family="frail"), contender(PEER, family="sound")]
    done, failed = runner.rounds(chosen, ASKED, 2, 3)
    assert failed == {"frail: 0.0 s": "Error: only once"}
    assert [[run.contender.family for run in one] for one in done] == [["sound"]] * 3
    assert [e["family"] for e in summary.entries(done)] == ["sound", "sound"]


def test_intents_are_spread_and_of_the_asked_length(tmp_path: Path):
    rows = [{"intent": " ".join(["word"] * n) + f" {n}"} for n in range(1, 30)]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = lines.intents(tmp_path, 5)
    assert len(set(found)) == 5
    assert all(len(intent.split()) in lines.WORDS for intent in found)
    assert found == lines.intents(tmp_path, 5)


def test_answers_as_long_as_the_teachers_are_taken():
    answers = [[[1] * n, [1]] for n in (3, 15, 9, 17, 30)]
    assert lines.typical("changed", answers, 2) == [1, 3]


def test_what_was_cut_off_is_made_again(tmp_path: Path):
    def fails(target: Path) -> None:
        (target / "half").write_text("x", encoding="utf-8")
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError):
        steps.made(tmp_path / "thing", fails)
    made = steps.made(tmp_path / "thing", lambda target: (target / "whole").write_text("yes"))
    assert [file.name for file in made.iterdir()] == ["whole"]
    assert steps.made(made, fails) == made
    assert steps.size(made) == 3
