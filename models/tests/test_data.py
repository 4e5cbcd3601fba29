"""The rows are what the data card says."""

import json
import re

import pytest

from colorist_models import rows
from colorist_models.catalog import Catalog
from colorist_models.paths import MODELS

CATALOG = Catalog.load()
ALL = rows.teacher_rows() + rows.teacher_rows("teacher_extra")


def test_values_are_multiples_of_five_and_what_does_not_change_is_left_out():
    """Beyond what reading checks (`test_rows.py`)."""
    for row in ALL:
        for tool in CATALOG.tools:
            if row[tool.name] is None:
                continue
            numbers = row[tool.name][1:] if tool.is_choice else row[tool.name].values()
            numbers = [n if isinstance(n, list) else [n] for n in numbers]
            assert all(any(n) and not any(v % 5 for v in n) for n in numbers), row


def test_the_split_is_a_fifth_and_does_not_move():
    train, test = rows.split()
    assert (len(train), len(test)) == (2855, 746)
    assert rows.is_test("Golden  Hour!") == rows.is_test("golden hour")


@pytest.mark.parametrize("bank", [True, False])
@pytest.mark.parametrize("extra", [True, False])
def test_nothing_of_the_test_rows_is_trained_on(bank: bool, extra: bool):
    """Neither a test intent, nor a wording of one, nor a row that has either among its wordings."""
    train, test = rows.split()
    similar = rows.similar_bank()
    held_out = {
        rows.normalized(t)
        for r in test
        for t in [r["intent"], *similar.get(rows.normalized(r["intent"]), [])]
    }
    wordings = {r["intent"]: similar.get(rows.normalized(r["intent"]), []) for r in train}
    wordings |= {r["intent"]: r["similar"] for r in rows.teacher_rows("teacher_extra")}
    for row in rows.training_set(train, bank=bank, extra=extra):
        texts = [row["intent"], row["group"], *wordings[row["group"]]]
        assert not {rows.normalized(t) for t in texts} & held_out, row["group"]


def test_development_rows_are_held_out_with_their_wordings():
    train, _ = rows.split()
    dev = train[:50]
    fit = rows.training_set(train[50:], without=dev)
    assert not {r["group"] for r in fit} & {r["intent"] for r in dev}
    similar = rows.similar_bank()
    wordings = {
        rows.normalized(w) for r in dev for w in similar.get(rows.normalized(r["intent"]), [])
    }
    assert not {rows.normalized(r["intent"]) for r in fit} & wordings


def test_targets_hold_every_number_of_a_row():
    row = next(r for r in ALL if r["intent"] == "golden hour")
    t = CATALOG.targets([row])
    assert t.used.tolist() == [[1, 1, 1]]
    names = [v.name for tool in CATALOG.tools for v in tool.values]
    values = dict(zip(names, t.values[0], strict=True))
    assert values["temperature"] == 30
    assert (values["yellow.saturation"], values["yellow.luminance"]) == (40, 30)
    assert CATALOG.choices[0].options[t.choices[0, 0] - 1] == "faded_HighNoon"
    assert t.amounts.tolist() == [[40]]


def test_slots_are_about_thirty_and_named():
    names = [s.name for s in CATALOG.slots]
    assert len(names) == len(set(names)) == 30
    assert all(re.fullmatch(r"[a-zA-Z.]+", n) for n in names)


def test_the_files_hold_what_the_data_card_says():
    extra = rows.teacher_rows("teacher_extra")
    assert (len(rows.teacher_rows()), len(extra)) == (3601, 7426)
    assert all(len(r["similar"]) == 2 for r in extra)
    assert sum(len(w) for w in rows.similar_bank().values()) == 10800


def test_the_behavior_set_is_not_trained_on():
    """But for the five that everybody tries first."""
    cases = json.loads((MODELS.parent / "tests" / "golden" / "behavior.json").read_text())
    intents = [i for c in cases["degrees"] for i in c["intents"]]
    intents += [c[side] for c in cases["opposites"] for side in ("up", "down")] + cases["unrelated"]
    fit = {rows.normalized(r["intent"]) for r in rows.training_set(rows.split()[0])}
    known = {i for i in intents if rows.normalized(i) in fit}
    assert known <= {"warmer", "cooler", "brighter", "darker", "add music"}
