"""`collect` and endpoints that fail, stop, cost, or are stopped."""

import asyncio
import functools
import signal
import subprocess
import sys
import threading

import pytest
from chat_server import ChatServer, Fault, asked, completion, faults_first
from collecting import KEY, NONE, arguments, folder, read

from colorist_models.cli import main
from colorist_models.errors import UserError
from colorist_models.paths import MODELS
from colorist_models.teacher.chat import Chat, Rejected, Unavailable


@pytest.fixture
def data(tmp_path, monkeypatch):
    return folder(tmp_path, monkeypatch)


def test_an_endpoint_without_schemas_is_asked_in_plain_words(data):
    def script(request):
        return Fault(400) if "response_format" in request else NONE

    with ChatServer(script) as server:
        main(arguments(data, server.url, ["dawn", "dusk"], "--concurrency", "1"))
        assert len(server.requests) == 7, "the schema is tried once"
    assert len(read(data)) == 6


def test_a_question_that_is_rejected_is_refused_and_the_others_go_on(data):
    def script(request):
        return Fault(400) if asked(request)[0] == "dusk" else NONE

    with ChatServer(script) as server:
        main(arguments(data, server.url, ["dawn", "dusk", "noon"], "--concurrency", "1"))
        assert all("response_format" in r for r in server.requests if asked(r)[0] == "noon")
    assert len(read(data)) == 6
    assert {r["reason"] for r in read(data, "refused.jsonl")} == {
        "the endpoint rejects it: HTTP 400"
    }


def test_an_endpoint_that_rejects_everything_stops_the_run(data):
    with ChatServer(lambda _: Fault(400)) as server:
        with pytest.raises(SystemExit, match="check --model"):
            main(arguments(data, server.url, [str(i) for i in range(50)], "--concurrency", "1"))
        assert len(server.requests) == 10, "five questions, with and without schema"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, {"Retry-After": "0"}),
        Fault(500),
        Fault(503, body="<html>busy</html>"),
        Fault(body='{"id": "x", "choices": [{"ind'),
        Fault(body='{"id": "x", "choices": []}'),
        Fault(body='{"error": "busy"}'),
        Fault(body="[]"),
        Fault(body="busy", headers={"Content-Type": "text/plain"}),
        Fault(hang=True),
    ],
)
def test_what_may_pass_is_tried_again(data, fault, capsys):
    with ChatServer(faults_first(NONE, fault, fault)) as server:
        more = ["--timeout", "0.3", "--concurrency", "1"]
        main(arguments(data, server.url, ["dawn"], *more))
        assert len(server.requests) == 5
    assert len(read(data)) == 3
    shown = capsys.readouterr().out
    assert any("sent again" in line and " 2 " in line for line in shown.splitlines())


def test_an_endpoint_that_stays_down_stops_the_run_and_keeps_what_there_is(data):
    script = faults_first(NONE, *[NONE] * 4, *[Fault(500)] * 99)
    with ChatServer(script) as server:
        more = ["--retries", "1", "--concurrency", "1"]
        with pytest.raises(SystemExit, match=r"does not answer \(HTTP 500\).*run again"):
            main(arguments(data, server.url, ["dawn", "dusk", "noon"], *more))
        assert len(server.requests) == 4 + 3 * 2
    assert len(read(data)) == 4


def test_a_question_without_an_answer_is_told_and_asked_by_the_next_run(data):
    with ChatServer(faults_first(NONE, Fault(500), Fault(500))) as server:
        more = ["--retries", "1", "--concurrency", "1"]
        with pytest.raises(SystemExit, match="1 questions stay without an answer"):
            main(arguments(data, server.url, ["dawn"], *more))
        assert len(read(data)) == 2
        main(arguments(data, server.url, ["dawn"], *more))
    assert len(read(data)) == 3


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Fault(404), "does not know this address or the model"),
        (Fault(403), "does not accept the key"),
        (Fault(429, body='{"error": {"code": "insufficient_quota"}}'), "quota"),
    ],
)
def test_what_will_not_pass_stops_at_once(data, reply, message):
    with ChatServer(lambda _: reply) as server:
        with pytest.raises(SystemExit, match=message):
            main(arguments(data, server.url, ["dawn", "dusk"], "--concurrency", "1"))
        assert len(server.requests) == 1


def test_the_key_is_seen_nowhere(data, capfd, monkeypatch):
    with ChatServer(lambda _: NONE, "another") as server, pytest.raises(SystemExit) as stopped:
        main(arguments(data, server.url, ["dawn"]))
    assert "OPENAI_API_KEY" in str(stopped.value)
    out = capfd.readouterr()
    files = "".join(p.read_text() for p in (data.parent / "out").iterdir())
    assert KEY not in str(stopped.value) + out.out + out.err + files
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SystemExit, match="set OPENAI_API_KEY"):
        main(arguments(data, "http://127.0.0.1:1/v1", ["dawn"]))


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://host:abc/v1", "http://host:99999/v1", "host/v1", "http:///v1"]
)
def test_an_address_that_is_none_is_named(data, url):
    with pytest.raises(SystemExit, match=r"--base-url .* is no address"):
        main(arguments(data, url, ["dawn"]))


def test_a_key_that_no_header_can_hold_is_named(data, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ключ")
    with pytest.raises(SystemExit, match=r"OPENAI_API_KEY .* not ASCII") as stopped:
        main(arguments(data, "http://127.0.0.1:1/v1", ["dawn"]))
    assert "ключ" not in str(stopped.value)


def test_the_wait_is_what_retry_after_says(data, monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("colorist_models.teacher.chat.asyncio.sleep", sleep)
    after = [Fault(429, {"Retry-After": text}) for text in ("7", "999", "soon")]
    past = Fault(503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with ChatServer(faults_first(NONE, *after, past, Fault(500), Fault(500))) as server:

        async def run():
            async with Chat("m", base_url=server.url, first_wait=0.5) as chat:
                await chat.ask([{"role": "user", "content": "x"}], "answer", {})
                return chat.usage

        usage = asyncio.run(run())
    assert 7 <= waits[0] <= 7.7
    assert waits[1] == 60
    assert waits[2] <= 0.5 * 2**2
    assert waits[3] == 0
    assert waits[5] <= 0.5 * 2**5
    assert (usage.retried, usage.requests, usage.prompt_tokens) == (6, 1, 100)


def test_a_chat_says_what_kind_of_failure_it_was(data):
    async def run(*faults):
        with ChatServer(faults_first(NONE, *faults)) as server:
            async with Chat("m", base_url=server.url, retries=1, first_wait=0) as chat:
                await chat.ask([{"role": "user", "content": "x"}], "answer", {})

    with pytest.raises(Rejected, match="HTTP 422"):
        asyncio.run(run(Fault(422), Fault(422)))
    with pytest.raises(Unavailable, match="HTTP 500"):
        asyncio.run(run(Fault(500), Fault(500)))
    with pytest.raises(UserError, match="HTTP 401"):
        asyncio.run(run(Fault(401)))


def test_no_more_than_so_many_at_a_time(data):
    gate = threading.Barrier(3)

    def script(_):
        gate.wait(10)
        return NONE

    with ChatServer(script) as server:
        main(arguments(data, server.url, ["a", "b", "c", "d"], "--concurrency", "3"))
        assert server.peak == 3


def test_the_run_stops_in_order_at_its_cost(data, capsys):
    # 100 tokens in and 10 out cost 0.0002; the sixth answer reaches the limit.
    more = ["--price-in", "1", "--price-out", "10", "--max-cost", "0.0012", "--concurrency", "1"]
    with ChatServer(lambda _: NONE) as server:
        with pytest.raises(SystemExit, match="6 questions stay at --max-cost"):
            main(arguments(data, server.url, ["a", "b", "c", "d"], *more))
        assert len(server.requests) == 6
        assert "0.0012" in capsys.readouterr().out
        assert [r["intent"] for r in read(data)] == ["a"] * 3 + ["b"] * 3, "whole intents first"
        main(arguments(data, server.url, ["a", "b", "c", "d"], *more[:-4], "--max-cost", "1"))
    assert len(read(data)) == 12


@pytest.mark.parametrize(
    "more", [["--max-cost", "1"], ["--price-in", "1"], ["--price-out", "1", "--max-cost", "1"]]
)
def test_a_cost_needs_both_prices(data, more):
    with pytest.raises(SystemExit, match="price-in"):
        main(arguments(data, "http://127.0.0.1:1/v1", ["a"], *more))


def test_a_cost_without_token_counts_is_called_a_lower_bound(data, capsys):
    with ChatServer(lambda _: completion(NONE, usage=False)) as server:
        main(arguments(data, server.url, ["a"], "--price-in", "1", "--price-out", "1"))
    shown = capsys.readouterr().out
    assert "at least 0.0000" in shown and "do not tell tokens" in shown


def test_a_cut_off_last_line_is_repaired_with_a_warning(data, capsys):
    path = data.parent / "out" / "answers.jsonl"
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn"]))
        whole = path.read_bytes()
        path.write_bytes(whole[:-20])
        main(arguments(data, server.url, ["dawn"]))
        assert len(server.requests) == 4
    assert sorted(path.read_bytes().splitlines()) == sorted(whole.splitlines())
    assert "cut off" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: [lines[0], "{oops", *lines[1:]], "row 2 is not an answer"),
        (lambda lines: [*lines, '{"answer_id": [1]}'], "row 4 is not an answer"),
        (lambda lines: ["[" * 100_000, *lines], "row 1 is not an answer"),
        (lambda lines: [*lines, lines[0].replace("not this", "that")], "row 4 repeats"),
    ],
)
def test_other_damage_is_named_and_nothing_is_asked(data, damage, message):
    path = data.parent / "out" / "answers.jsonl"
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn"]))
        path.write_text("\n".join(damage(path.read_text().splitlines())) + "\n")
        with pytest.raises(SystemExit, match=message):
            main(arguments(data, server.url, ["dawn", "dusk"]))
        assert len(server.requests) == 3


def test_an_interrupt_leaves_a_good_file(data):
    """SIGINT while the fifth question hangs: four answers, and the next run asks the rest."""
    fifth = threading.Event()
    count = iter(range(100))

    def script(_):
        if next(count) < 4:
            return NONE
        fifth.set()
        return Fault(hang=True)

    with ChatServer(script) as server:
        given = arguments(data, server.url, ["dawn", "dusk"], "--concurrency", "1")
        command = [sys.executable, "-m", "colorist_models", *given]
        # A program that was started in the background ignores SIGINT, and so do its children.
        listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        with subprocess.Popen(
            command, cwd=MODELS, stderr=subprocess.PIPE, text=True, preexec_fn=listening
        ) as program:
            try:
                assert fifth.wait(60)
                program.send_signal(signal.SIGINT)
                _, error = program.communicate(timeout=60)
            finally:
                program.kill()
    assert program.returncode == 1
    assert "run again to go on" in error and "Traceback" not in error
    assert len(read(data)) == 4
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn", "dusk"]))
        assert len(server.requests) == 2
