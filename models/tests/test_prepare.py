"""`prepare`: the right answers win and become rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from preparing import OTHERS, Folder, answer, full, logged

from colorist_models import rows
from colorist_models.errors import UserError
from colorist_models.logs import relations
from colorist_models.logs.split import held_out, place

THREE = {  # answer: exported of shown
    "few": (1, 1),  # rate 1, lower end 0.21
    "some": (8, 10),  # rate 0.8, lower end 0.49
    "many": (50, 100),  # rate 0.5, lower end 0.40
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("rank", "min_shown", "winner"),
    [
        ("wilson", 1, "some"),
        ("wilson", 11, "many"),
        ("rate", 1, "few"),
        ("rate", 2, "some"),
    ],
)
def test_the_answer_with_the_best_export_rate_is_chosen(folder, rank, min_shown, winner):
    stickers = [answer(name, "c", "sticker", ["star"]) for name in THREE]
    others = [a for a in full("c") if a["tool"] != "sticker"]
    log = logged(OTHERS + others, 200, 100)
    log += [f"c,sticker,{name},{shown},{out}" for name, (out, shown) in THREE.items()]
    report, found = folder.run(OTHERS + others + stickers, log, rank=rank, min_shown=min_shown)
    assert found["c"]["why"] == f"why c-grade; why c-colors; why {winner}"
    assert found["c"]["calls"] == 3
    assert report["outcomes"]["chosen"]["answers"] == 9


@pytest.mark.parametrize(
    ("counts", "winner"),
    [
        ({"x": (10, 5), "y": (100, 50)}, "y"),  # the same rate: more exports
        ({"y": (10, 5), "x": (10, 5)}, "x"),  # the same counts: the smaller id
    ],
)
def test_ties_are_broken_by_exports_and_then_by_the_id(folder, counts, winner):
    grades = [answer(name, "c", "grade") for name in counts]
    others = [a for a in full("c") if a["tool"] != "grade"]
    log = logged(OTHERS + others) + [f"c,grade,{n},{s},{e}" for n, (s, e) in counts.items()]
    _, found = folder.run(OTHERS + others + grades, log, rank="rate")
    assert found["c"]["why"].startswith(f"why {winner};")


def test_exposures_are_summed_before_those_without_an_export_are_dropped(folder):
    # Dropped one by one, the first would have 2 of 2 and win.
    often = ["c,grade,seldom,1,0"] * 8 + ["c,grade,seldom,1,1"] * 2
    log = logged(OTHERS + full("c")[1:]) + often + ["c,grade,half,10,5", "c,grade,never,90,0"]
    grades = [answer(name, "c", "grade") for name in ("seldom", "half", "never")]
    report, found = folder.run(OTHERS + full("c")[1:] + grades, log, rank="rate")
    assert found["c"]["why"].startswith("why half;")
    assert report["outcomes"][relations.NEVER_EXPORTED] == {
        "answers": 1,
        "log_rows": 1,
        "shown": 90,
        "exported": 0,
    }
    assert report["outcomes"][relations.NOT_BEST]["log_rows"] == 10


def test_null_is_unused_and_the_table_counts_it(folder, capsys):
    answers = [*OTHERS, *full("c")]
    answers[-1]["parameters"] = None
    folder.settings(answers, logged(answers))
    report, found = folder.run(answers, logged(answers))
    assert found["c"]["sticker"] is None and found["c"]["grade"] == {"glow": 20}
    assert report["used"]["sticker"]["all"] == {"used": 2, "of": 3}
    assert report["used"]["grade"]["all"] == {"used": 3, "of": 3}
    sides = report["used"]["sticker"]
    assert sides["train"]["used"] + sides["test"]["used"] == 2
    assert (sides["train"]["of"], sides["test"]["of"]) == (2, 1)
    train, test = rows.split(folder.path / "out")  # a data folder, read as any other
    assert (len(train), len(test)) == (2, 1)
    folder.command(folder.path / "answers.jsonl", "log.csv")
    printed = capsys.readouterr().out
    assert "Used / All" in printed and "2 / 3" in printed


def test_an_intent_that_lacks_a_tools_answer_is_dropped_or_unused_as_told(folder):
    answers = [*OTHERS, *full("c"), *full("d")]
    log = logged([a for a in answers if a["answer_id"] != "c-colors" and a["intent"] != "d"])
    report, found = folder.run(answers, log)
    assert "c" not in found
    assert report["intents"] | {"train": 0, "test": 0} == {
        "answered": 4,
        "without_answer": 1,
        "incomplete": 1,
        "kept": 2,
        "train": 0,
        "test": 0,
    }
    assert report["outcomes"]["the intent is incomplete"]["answers"] == 2
    report, found = folder.run(answers, log, missing="unused")
    assert found["c"]["colors"] is None and found["c"]["grade"] == {"glow": 20}
    assert report["intents"]["incomplete"] == 0 and "d" not in found


def test_wordings_that_normalize_to_the_same_are_the_same_intent(folder):
    two = [answer("w1", "Straße  am Meer", "grade"), answer("w2", "STRASSE AM MEER!", "grade")]
    rest = [a | {"intent": "strasse am meer"} for a in full("c")[1:]]
    answers = [*OTHERS, *two, *rest]
    log = [
        *logged(OTHERS + rest, 10, 9),
        "strasse am meer.,grade,w1,10,1",
        "ＳＴＲＡＳＳＥ am\u00a0meer,grade,w2,10,4",  # noqa: RUF001 (full-width letters)
    ]
    report, found = folder.run(answers, log)
    assert report["logs"]["dropped"] == {}
    row = found["Straße  am Meer"]  # as the first answer has it
    assert row["why"].startswith("why w2;") and row["calls"] == 2


def test_the_split_is_the_repositorys_and_never_depends_on_order():
    keys = [rows.normalized(f"intent number {i}") for i in range(3000)]
    assert held_out(keys, "0.2") == {key for key in keys if rows.is_test(key)}
    thousand = held_out(keys, "1000")
    assert len(thousand) == 1000 and thousand == held_out(keys[::-1], "1000")
    assert held_out(keys, "600") < thousand  # more test intents keep those that were there
    other = held_out(keys, "1000", seed=1)
    assert len(other) == 1000 and 200 < len(other & thousand) < 470
    assert all(0 <= place(key, seed) < 1 for key in keys for seed in (0, 7))


@pytest.mark.parametrize("size", ["0", "3", "1.0", "nan", "-1", "some", "0.0000001"])
def test_a_split_without_two_sides_is_refused(size):
    with pytest.raises(UserError, match=f"--test {size}"):
        held_out(["a", "b", "c"], size)
