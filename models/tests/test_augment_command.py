"""Similar intents from an endpoint, and `augment` from a data folder to a data folder."""

import json

import pytest
from chat_server import ChatServer, Fault

from colorist_models import rows
from colorist_models.augment.endpoint import Endpoint
from colorist_models.augment.similar import Wanted
from colorist_models.cli import main
from colorist_models.errors import UserError
from colorist_models.paths import MODELS
from colorist_models.pipeline import Config, datasets
from colorist_models.teacher.ask import Prices
from colorist_models.teacher.chat import Chat

STICKERS = MODELS / "examples" / "stickers"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "any")


def answer(*texts):
    return json.dumps({"similar": texts})


def question(request):
    """The last question that is no repetition: after the system's text and the worked example."""
    return request["messages"][3]["content"]


def endpoint(server, folder, **more):
    return Endpoint(
        lambda: Chat("m", base_url=server.url, retries=0), folder, concurrency=1, **more
    )


def test_an_endpoint_is_asked_once_for_each_request(tmp_path):
    with ChatServer(lambda _: answer("daybreak", " sunup ", "first light")) as server:
        provider = endpoint(server, tmp_path)
        wanted = [Wanted("dawn", 2), Wanted("$ dusk", 9)]
        assert provider(wanted) == [["daybreak", "sunup"], ["daybreak", "sunup", "first light"]]
        assert "2 requests for the same look as: dawn" in question(server.requests[0])
        assert "9 requests for the same look as: $ dusk" in question(server.requests[1])
        assert endpoint(server, tmp_path)(wanted) == provider(wanted)
        assert len(server.requests) == 2
        provider([Wanted("dawn", 2, ("daybreak", "sunup"))])
        assert "- daybreak\n- sunup" in question(server.requests[2])
        assert (provider.run.answered, provider.usage.prompt_tokens) == (3, 300)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ('{"similar": []}', "empty"),
        ('{"similar": ["a", 5]}', "similar.1"),
        ('{"similar": "a"}', "similar"),
        ("daybreak, sunup", "no complete JSON"),
    ],
)
def test_a_wrong_answer_offers_nothing_and_is_kept(tmp_path, reply, reason):
    with ChatServer(lambda _: reply) as server:
        provider = endpoint(server, tmp_path)
        assert provider([Wanted("dawn", 2)]) == [[]]
        assert provider([Wanted("dawn", 2)]) == [[]]
        assert len(server.requests) == 2, "once more with the reason, and never again"
    assert provider.run.refused == 1
    (refused,) = rows.read_jsonl(tmp_path / "refused.jsonl")
    assert reason in refused["reason"]


def test_a_round_that_is_not_complete_goes_on_later(tmp_path):
    wanted = [Wanted(intent, 1) for intent in ("a", "b", "c")]
    with ChatServer(lambda r: Fault(500) if ": b" in question(r) else answer("x")) as server:
        with pytest.raises(UserError, match="1 questions stay without an answer"):
            endpoint(server, tmp_path)(wanted)
        with pytest.raises(UserError, match="1 questions stay at --max-cost"):
            endpoint(server, tmp_path, prices=Prices(1, 1, 0))(wanted)
        assert len(server.requests) == 3
    with ChatServer(lambda _: answer("y")) as server:
        assert endpoint(server, tmp_path)(wanted) == [["x"], ["y"], ["x"]]
        assert len(server.requests) == 1


TOY = [
    *("--no-prior", "--set", "polish=null", "--set", "train.steps=4", "--set", "train.every=4"),
    *("--set", "prior.vocab=512", "--set", "prior.d_model=32", "--set", "prior.d_ff=64"),
    *("--set", "prior.d_kv=8", "--set", "prior.num_heads=4", "--set", "prior.layers=1"),
]


def test_a_data_folder_becomes_a_data_folder(tmp_path, monkeypatch, capsys):
    """The example's rows and a toy student, which gets nearly all of them wrong."""
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))
    fit, dev, test = datasets(Config(data=str(STICKERS), bank=False))
    held = [row["intent"] for row in [*dev, *test]]

    def script(request):
        intent = question(request).split(": ", 1)[1]
        more = [held[len(server.requests) % len(held)]] if intent < "c" else []
        return answer(f"{intent} pls", f"{intent.upper()}!", *more)

    command = ["augment", "--data", str(STICKERS), "--rounds", "2", *TOY]
    with ChatServer(script) as server:
        more = ["--from", "endpoint", "--model", "m", "--base-url", server.url]
        main([*command, "--out", str(tmp_path / "asked"), *more])
    out = tmp_path / "asked"
    report = json.loads((out / "augment.json").read_text())
    first = report["rounds"][0]
    assert first["wrong_rows"] > len(fit) / 2
    assert first["added"] > 0
    assert set(first["dropped"]) == {"known already", "held out", "beside a held-out one"}
    assert first["offered"] == first["added"] + sum(first["dropped"].values())
    assert first["after"]["overall"] == report["rounds"][1]["before"]["overall"]

    grown, new_dev, new_test = datasets(Config(data=str(out)))
    assert [r["intent"] for r in new_test] == [r["intent"] for r in test]
    assert [r["intent"] for r in new_dev] == [r["intent"] for r in dev]
    added = [r for r in grown if r["similar_wording"]]
    new, lost = (sum(r[n] for r in report["rounds"]) for n in ("added", "withdrawn"))
    assert lost > 0
    assert len(grown) == len(fit) + new - lost
    answers = {r["intent"]: (r["grade"], r["sticker"]) for r in fit}
    assert all((r["grade"], r["sticker"]) == answers[r["group"]] for r in added)
    assert not {rows.normalized(r["intent"]) for r in grown} & set(map(rows.normalized, held))
    shown = capsys.readouterr().out
    assert "dropped: beside a held-out one" in shown and "score after" in shown

    # What was asked for is a bank now: the loop over it needs no endpoint.
    main([*command[:1], "--data", str(out), *command[3:], "--out", str(tmp_path / "again")])
    bank = rows.similar_bank(out)
    for row in rows.read_jsonl(tmp_path / "again" / "similar.jsonl"):
        assert set(row["similar"]) <= set(bank.get(rows.normalized(row["intent"]), []))
    assert json.loads((tmp_path / "again" / "augment.json").read_text())["rounds"][0]["added"] > 0
    with pytest.raises(SystemExit, match="other rows or settings"):
        main([*command, "--out", str(out), "--count", "1"])


def test_an_endpoint_needs_a_model(tmp_path):
    with pytest.raises(SystemExit, match="--model"):
        main(["augment", "--out", str(tmp_path), "--from", "endpoint", "--data", str(STICKERS)])


def test_an_endpoint_is_checked_before_a_student_is_trained(tmp_path, monkeypatch):
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY")
    command = ["augment", "--out", str(tmp_path / "o"), "--from", "endpoint", "--model", "m"]
    with pytest.raises(SystemExit, match="set OPENAI_API_KEY"):
        main([*command, "--data", str(STICKERS), *TOY])
    assert not (tmp_path / "cache").exists()
