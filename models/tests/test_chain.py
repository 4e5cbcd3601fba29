"""The whole chain, each step by its command: a teacher is asked, logs choose among its answers, a
student learns from them, and the program opens its pack."""

import csv
import json

import pytest
from chat_server import ChatServer, scripted_teacher
from core import run

from colorist_models import rows
from colorist_models.cli import main
from colorist_models.paths import MODELS

STICKERS = MODELS / "examples" / "stickers"
TINY = [
    *("vocab=900", "d_model=32", "d_kv=8", "num_heads=4", "d_ff=64", "layers=1"),
    *("words=0", "glosses=0", "phrases=0"),
]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """The answers of a scripted teacher, two to each intent, the second one empty."""
    monkeypatch.setenv("OPENAI_API_KEY", "scripted")
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))
    known = rows.read_jsonl(STICKERS / "teacher" / "rows.jsonl")[::3]
    rows.write_jsonl(tmp_path / "intents.jsonl", [{"intent": r["intent"]} for r in known])
    catalog = rows.catalog(STICKERS)
    good = scripted_teacher({r["intent"]: r for r in known}, catalog)
    empty = scripted_teacher({}, catalog)
    seen: set[str] = set()

    def script(request):
        key = json.dumps(request["messages"])
        first = key not in seen
        seen.add(key)
        return (good if first else empty)(request)

    with ChatServer(script) as server:
        main(
            [
                *("collect", "--data", str(STICKERS), "--intents", str(tmp_path / "intents.jsonl")),
                *("--out", str(tmp_path / "answers"), "--base-url", server.url),
                *("--model", "scripted", "--samples", "2", "--concurrency", "1"),
            ]
        )
    return rows.read_jsonl(tmp_path / "answers" / "answers.jsonl"), known


def test_from_a_teacher_to_a_pack_that_the_program_opens(asked, tmp_path):
    answers, known = asked
    assert len(answers) == 2 * 2 * len(known)
    # Whoever saw the first answer exported; what the first one leaves unused stays so.
    first = {(r["intent"], r["tool"]): r for r in reversed(answers)}
    with (tmp_path / "log.csv").open("w", newline="") as file:
        log = csv.writer(file)
        log.writerow(["intent", "tool", "answer_id", "shown", "exported"])
        for answer in answers:
            better = answer["answer_id"] == first[answer["intent"], answer["tool"]]["answer_id"]
            shown = [answer["intent"], answer["tool"], answer["answer_id"], 20, 9 if better else 2]
            log.writerow(shown)
    data = tmp_path / "data"
    main(
        [
            *("prepare", "--data", str(STICKERS), "--out", str(data), "--test", "0.25"),
            *("--answers", str(tmp_path / "answers" / "answers.jsonl")),
            *("--logs", str(tmp_path / "log.csv")),
        ]
    )
    prepared = [*rows.read_jsonl(data / "train.jsonl"), *rows.read_jsonl(data / "test.jsonl")]
    taught = {r["intent"]: r for r in known}
    assert {r["intent"] for r in prepared} == taught.keys()
    for row in prepared:
        assert row["calls"] == 2
        for tool in ("grade", "sticker"):
            assert row[tool] == taught[row["intent"]][tool]

    pack = tmp_path / "pack"
    settings = [f"prior.{s}" for s in TINY]
    settings += ["train.steps=30", "train.batch=16", "polish=null", "name=stickers"]
    options = [option for setting in settings for option in ("--set", setting)]
    main(["pack", "--data", str(data), "--no-prior", "--out", str(pack), *options])
    edit = json.loads(run("edit", "--json", "--pack", str(pack), "hearts please"))
    assert {"grade", "sticker"} <= edit.keys()
    scored = json.loads(
        run("eval", "--json", "--pack", str(pack), "--data", str(data / "test.jsonl"))
    )
    assert scored["subsets"]["all"]["samples"] == len(rows.read_jsonl(data / "test.jsonl"))
    assert scored["subsets"]["r3"]["samples"] == 0
