"""Augmentation: which rows are mistakes, what may be added for them, and the loop."""

import json

import pytest

from colorist_models.augment.loop import Fitted, augment, unseen
from colorist_models.augment.mistakes import bars, cosine, mistakes
from colorist_models.augment.similar import Wanted, accept, from_bank, similar_row
from colorist_models.errors import UserError
from colorist_models.rows import held_out

KINDS = {"tone": "sliders", "colors": "grid", "sticker": "choice"}


def row(intent, tone=None, colors=None, sticker=None, **more):
    return {"intent": intent, "tone": tone, "colors": colors, "sticker": sticker, **more}


def test_cosine_places_what_is_not_named_at_zero():
    assert cosine({"glow": 30, "fade": 40}, {"glow": 30}) == pytest.approx(0.6)
    assert cosine({"red": [30, 40]}, {"red": [0, 10]}) == pytest.approx(0.8)
    assert cosine({"red": [30, 0]}, {"blue": [30, 0]}) == 0
    assert cosine({"glow": 10}, {"glow": -5}) == pytest.approx(-1)
    assert cosine({}, {"glow": 5}) == 0


def test_the_bar_is_the_mean_over_rows_that_both_use():
    teacher = [row("a", {"glow": 10}), row("b", {"glow": 30, "fade": 40}), row("c", {"glow": 9})]
    student = [row("a", {"glow": 90}), row("b", {"glow": 30}), row("c")]
    assert bars(teacher, student, KINDS) == {"tone": pytest.approx(0.8), "colors": 0.0}


@pytest.mark.parametrize(
    ("teacher", "student", "wrong"),
    [
        (row("a"), row("a"), ()),
        (row("a", {"glow": 5}), row("a", {"glow": 50}), ()),
        (row("a", {"glow": 5}), row("a"), ("tone",)),
        (row("a"), row("a", {"glow": 5}), ("tone",)),
        (row("a", {"glow": 30, "fade": 40}), row("a", {"glow": 30}), ("tone",)),
        (row("a", {"glow": 40, "fade": 30}), row("a", {"glow": 40}), ()),
        (row("a", colors={"red": [9, 0]}), row("a", colors={"red": [0, 9]}), ("colors",)),
        (row("a", sticker=["heart", 20]), row("a", sticker=["heart", 90]), ()),
        (row("a", sticker=["heart"]), row("a", sticker=["star"]), ("sticker",)),
        (row("a"), row("a", sticker=["star"]), ("sticker",)),
        (
            row("a", {"glow": 5}, sticker=["star"]),
            row("a", {"fade": 5}),
            ("tone", "sticker"),
        ),
    ],
)
def test_a_row_is_a_mistake_by_at_least_one_tool(teacher, student, wrong):
    assert mistakes([teacher], [student], KINDS, {"tone": 0.7, "colors": 0.5}) == [wrong]


def test_a_one_sided_tool_is_wrong_even_under_a_bar_of_zero():
    assert mistakes([row("a", {"glow": 5})], [row("a")], KINDS, {"tone": 0.0}) == [("tone",)]


def test_a_perfect_student_makes_no_mistake():
    rows = [row(str(i), {"glow": i, "fade": 7}, {"red": [i, 3]}) for i in range(1, 50)]
    assert not any(mistakes(rows, rows, KINDS, bars(rows, rows, KINDS)))


def test_predictions_of_other_rows_are_refused():
    with pytest.raises(ValueError, match="another intent than row 1"):
        bars([row("a"), row("b")], [row("a"), row("c")], KINDS)
    with pytest.raises(ValueError, match="2 rows but 1"):
        mistakes([row("a"), row("b")], [row("a")], KINDS, {})


def test_the_bank_offers_each_wording_once():
    bank = from_bank({"dawn": ["daybreak", "sunup", "first light"]})
    assert bank([Wanted("dawn", 2), Wanted("night", 2)]) == [["daybreak", "sunup"], []]
    assert bank([Wanted("dawn", 2, ("Daybreak!",))]) == [["sunup", "first light"]]


def test_offers_are_sorted_and_none_is_lost():
    seen = {"dawn"}
    got = accept(["Dawn.", " ", "day  break", "DAYBREAK", "daybreak"], {"noon"}, seen)
    assert got.taken == ["day break", "DAYBREAK"]
    assert got.dropped == [
        ("Dawn.", "known already"),
        (" ", "empty"),
        ("daybreak", "known already"),
    ]
    assert seen == {"dawn", "day break", "daybreak"}


def test_a_held_out_offer_spoils_its_neighbors():
    held = held_out([row("noon")], {"noon": ["Midday!"]})
    got = accept(["high sun", "midday", "noon"], held, set())
    assert got.taken == []
    assert got.dropped == [
        ("high sun", "beside a held-out one"),
        ("midday", "held out"),
        ("noon", "held out"),
    ]


def test_a_similar_row_has_the_original_answer_and_its_group():
    source = row("dawn", {"glow": 5}, why="soft", calls=3)
    assert similar_row(source, "daybreak") == {
        **source,
        "intent": "daybreak",
        "similar_wording": True,
        "group": "dawn",
    }


class Memory:
    """A student for the loop's tests: knows an intent's answer once it saw `needs` rows of its
    group, and before that answers with no tool."""

    def __init__(self, needs: dict[str, int]):
        self.needs, self.trained = needs, []

    def __call__(self, rows, intents):
        self.trained.append([r["intent"] for r in rows])
        groups = [r.get("group", r["intent"]) for r in rows]
        answers = {r["intent"]: r for r in rows}
        known = [i for i in intents if groups.count(i) >= self.needs.get(i, 1)]
        predictions = [answers[i] if i in known else row(i) for i in intents]
        return Fitted(predictions, {"overall": len(known) / max(1, len(intents))})


ROWS = [row("a", {"glow": 5}), row("b", {"fade": 5}), row("c", sticker=["heart"])]
BANK = {"b": ["b1", "b2", "test b"], "c": ["c1", "c2", "c3", "c4"]}


def run(fit, folder=None, rounds=3, **more):
    held = held_out([row("test b")])
    return augment(
        ROWS, fit, KINDS, from_bank(BANK), held=held, rounds=rounds, count=2, folder=folder, **more
    )


def test_the_loop_adds_for_the_mistakes_only_and_again_where_they_stay():
    fit = Memory({"b": 2, "c": 4})
    result = run(fit)
    assert [r["intent"] for r in result.rows] == ["a", "b", "c", "b1", "b2", "c1", "c2", "c3", "c4"]
    assert result.rows[3] == {**ROWS[1], "intent": "b1", "similar_wording": True, "group": "b"}
    assert fit.trained[1] == ["a", "b", "c", "b1", "b2", "c1", "c2"]
    first, second, third = result.report["rounds"]
    assert first["mistakes"] == {"tone": 1, "colors": 0, "sticker": 1}
    assert (first["wrong_rows"], first["wanted"], first["added"]) == (2, 4, 4)
    assert second["mistakes"] == {"tone": 0, "colors": 0, "sticker": 1}
    assert (second["before"], second["after"]) == ({"overall": 2 / 3}, {"overall": 1.0})
    assert (third["wrong_rows"], third["added"]) == (0, 0)
    assert len(fit.trained) == 3, "a round that adds nothing needs no further training"


def test_the_bar_stays_that_of_the_first_student():
    """A better second student must not raise it."""
    teacher = [row("a", {"glow": 30, "fade": 40}), row("b", {"glow": 40, "fade": 30})]
    answers = iter([{"glow": 1}, {"glow": 4, "fade": 3}, {"fade": 1}, {"glow": 4, "fade": 3}])

    def fit(rows, intents):
        return Fitted([row(i, next(answers)) for i in intents])

    report = augment(
        teacher, fit, KINDS, from_bank({"a": ["a1", "a2"]}), held=set(), rounds=2, count=1
    ).report
    assert report["bars"]["tone"] == pytest.approx(0.8)
    assert [r["wrong_rows"] for r in report["rounds"]] == [1, 0], "0.8 then is not below 0.8"


def test_what_deserves_a_held_out_answer_never_enters():
    """The held-out wording of b is offered in the second round, after two others were taken."""
    fit = Memory({"b": 9, "c": 9})
    result = run(fit, rounds=3)
    assert fit.trained[1] == ["a", "b", "c", "b1", "b2", "c1", "c2"]
    kept = ["a", "c", "c1", "c2", "c3", "c4"]
    assert [r["intent"] for r in result.rows] == kept
    assert [r["intent"] for r in result.added] == kept[2:]
    assert fit.trained[2] == kept
    first, second, third = result.report["rounds"]
    assert second["dropped"] == {"held out": 1}
    assert [r["withdrawn"] for r in (first, second, third)] == [0, 3, 0]
    assert third["wanted"] == 2, "nothing more is asked for b"


def test_a_last_round_that_spoils_a_row_is_trained_without_it():
    fit = Memory({"b": 9})
    result = run(fit, rounds=2)
    assert fit.trained[-1] == [r["intent"] for r in result.rows] == ["a", "c"]
    assert result.report["rounds"][1]["after"] == result.report["scores"]


def test_the_loop_goes_on_after_a_stop_between_rounds(tmp_path):
    whole = run(Memory({"b": 2, "c": 4}), tmp_path / "whole")

    class Stopped(Exception):
        pass

    class Once(Memory):
        def __call__(self, rows, intents):
            if self.trained:
                raise Stopped
            return super().__call__(rows, intents)

    with pytest.raises(Stopped):
        run(Once({"b": 2, "c": 4}), tmp_path / "stopped")
    fit = Memory({"b": 2, "c": 4})
    again = run(fit, tmp_path / "stopped")
    assert again.rows == whole.rows
    assert again.report == whole.report
    assert len(fit.trained) == 2
    for name in ("augment.json", "similar.jsonl"):
        stopped, full = ((tmp_path / f / name).read_text() for f in ("stopped", "whole"))
        assert stopped == full
    idle = Memory({})
    assert run(idle, tmp_path / "whole").rows == whole.rows
    assert idle.trained == []


def test_a_folder_of_other_settings_is_refused(tmp_path):
    run(Memory({}), tmp_path)
    with pytest.raises(UserError, match="other rows or settings"):
        run(Memory({}), tmp_path, settings={"steps": 5})


def test_every_offer_is_taken_or_dropped_with_a_reason(tmp_path):
    run(Memory({"b": 9, "c": 9}), tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "similar.jsonl").read_text().splitlines()]
    report = json.loads((tmp_path / "augment.json").read_text())
    for r in report["rounds"]:
        own = [line for line in lines if line["round"] == r["round"]]
        assert r["offered"] == r["added"] + sum(r["dropped"].values())
        assert r["added"] == sum(len(line["similar"]) for line in own)
        assert sum(r["dropped"].values()) == sum(len(line["dropped"]) for line in own)


def test_unseen_rows_are_answered_by_students_that_do_not_know_them():
    rows = [row(f"intent {i}", {"glow": i}) for i in range(20)]
    rows += [similar_row(r, f"{r['intent']} again") for r in rows]
    asked = [r["intent"] for r in rows[:20]]
    trained = []

    def fit(given, intents):
        known = {r.get("group", r["intent"]) for r in given}
        trained.append(known)
        return Fitted([row(i, {"glow": 1} if i in known else None) for i in intents], {"n": 1})

    fitted = unseen(fit, 3)(rows, asked)
    assert fitted.predictions == [row(i) for i in asked]
    assert fitted.scores == {"n": 1}
    *folds, whole = trained
    assert len(folds) == 3 and whole == set(asked)
    assert set.union(*(whole - known for known in folds)) == whole
    with pytest.raises(UserError, match="too few rows for 2 folds"):
        unseen(fit, 2)(rows[:1], asked[:1])
