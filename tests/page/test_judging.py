"""Judging by mouse, by keyboard, over several sittings, and the score of three judges."""

import json
from datetime import datetime

import pytest
from conftest import INTENTS

SAMPLES = len(INTENTS)


def test_by_mouse(judge, tmp_path):
    one = judge()
    page = one.page
    seen = []
    for sample in range(1, SAMPLES + 1):
        assert one.text("progress") == f"Sample {sample} of {SAMPLES} · {sample - 1} answered"
        assert one.pressed() == []
        seen.append(one.text("intent"))
        for question, answer in (("relevant", "Yes"), ("mimic", "Cannot tell")):
            group = page.get_by_role("group", name=question)
            group.get_by_role("button", name=answer, exact=True).click()
        assert one.pressed() == ["relevant yes", "mimics cannotTell"]
        if sample == 2:
            page.get_by_label("Comment").fill("too much")
        if sample < SAMPLES:
            page.get_by_role("button", name="Next", exact=True).click()
    assert sorted(seen) == sorted(INTENTS)
    assert "All 6 samples are answered" in one.text("message")

    file = one.export(tmp_path / "answers.json", "Ada O'Neil")
    assert one.file_name == "answers-Ada-O-Neil.json"
    assert (file["format"], file["version"], file["samples"]) == ("colorist-answers", 1, SAMPLES)
    assert file["annotator"] == "Ada O'Neil"
    assert [answer["sample"] for answer in file["answers"]] == list(range(1, SAMPLES + 1))
    assert [answer["intent"] for answer in file["answers"]] == seen
    assert [answer.get("comment") for answer in file["answers"]].count("too much") == 1
    for answer in file["answers"]:
        assert answer["relevant"]["answer"] == "yes"
        assert answer["mimics"]["answer"] == "cannotTell"
        for criterion in ("relevant", "mimics"):
            assert datetime.fromisoformat(answer[criterion]["at"]).tzinfo is not None


def test_by_keyboard_alone(judge, tmp_path):
    one = judge()
    for sample in range(1, SAMPLES + 1):
        one.press("2", "4", "ArrowRight")
        assert f"{sample} answered" in one.text("progress")
    one.press("ArrowLeft", "2", "n")
    # An answer was taken back, and N found its sample again.
    assert one.text("progress").startswith(f"Sample {SAMPLES - 1} of {SAMPLES} · 5")
    assert one.pressed() == ["mimics yes"]
    one.press("3")

    def tab_to(name: str):
        for _ in range(40):
            one.press("Tab")
            if one.page.evaluate("document.activeElement.id") == name:
                return
        raise AssertionError(f"Tab never comes to {name}")

    # No name, no export: the page says so and leads there.
    tab_to("export")
    one.press("Enter")
    assert "name" in one.text("message")
    assert one.page.evaluate("document.activeElement.id") == "name"
    one.page.keyboard.type("N 123")
    tab_to("export")
    with one.page.expect_download() as download:
        one.press("Enter")
    path = tmp_path / "answers.json"
    download.value.save_as(path)
    file = json.loads(path.read_text(encoding="utf-8"))
    assert file["annotator"] == "N 123"
    answers = [answer["relevant"]["answer"] for answer in file["answers"]]
    assert answers == ["no"] * 4 + ["cannotTell"] + ["no"]


def test_typing_is_no_shortcut(judge):
    one = judge()
    for label in ("Your name", "Comment"):
        one.page.get_by_label(label).focus()
        one.page.keyboard.type("1 5 n x abc")
        one.press("ArrowRight")
    assert one.pressed() == []
    assert one.text("progress").startswith("Sample 1 ")
    one.page.get_by_text("How to judge").click()
    one.page.get_by_label("Keys work as shortcuts").uncheck()
    one.page.locator("#intent").click()
    one.press("1", "ArrowRight")
    assert one.pressed() == []
    assert one.text("progress").startswith("Sample 1 ")


def test_a_reload_keeps_everything(judge):
    one = judge()
    one.page.get_by_label("Your name").fill("Ada")
    one.page.locator("#intent").click()
    one.press("1", "5", "ArrowRight", "3")
    one.page.get_by_label("Comment").fill("hm")
    one.page.reload()
    assert one.text("progress") == f"Sample 2 of {SAMPLES} · 1 answered"
    assert one.pressed() == ["relevant cannotTell"]
    assert one.page.get_by_label("Comment").input_value() == "hm"
    assert one.page.get_by_label("Your name").input_value() == "Ada"
    one.press("ArrowLeft")
    assert one.pressed() == ["relevant yes", "mimics no"]


def test_an_import_continues_elsewhere(judge, tmp_path):
    path = tmp_path / "answers.json"
    first = judge()
    first.press("1", "5", "ArrowRight", "2", "6")
    exported = first.export(path, "Ada")

    second = judge()
    second.page.locator("#file").set_input_files(path)
    second.page.get_by_text("Imported the answers to 2 samples.").wait_for()
    assert second.text("progress") == f"Sample 3 of {SAMPLES} · 2 answered"
    second.press("ArrowLeft")
    assert second.pressed() == ["relevant no", "mimics cannotTell"]
    again = second.export(tmp_path / "again.json")
    assert again["answers"] == exported["answers"]
    assert again["annotator"] == "Ada"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: "{", "not JSON"),
        (lambda file: "[]", "no answers"),
        (lambda file: json.dumps(file | {"version": 2}), "another version"),
        (lambda file: json.dumps(file | {"report": "0"}), "another report"),
        (lambda file: json.dumps(file | {"answers": file["answers"] * 2}), "twice"),
        (lambda file: json.dumps(file | {"answers": [{"sample": 7}]}), "has not"),
        (lambda file: json.dumps(file).replace('"yes"', '"maybe"'), "does not exist"),
    ],
)
def test_a_wrong_import_changes_nothing(judge, tmp_path, change, said):
    one = judge()
    one.press("1", "5")
    file = one.export(tmp_path / "answers.json", "Ada")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(change(file), encoding="utf-8")
    one.press("4")
    one.page.locator("#file").set_input_files(wrong)
    one.page.locator("#message", has_text=said).wait_for()
    assert one.pressed() == ["relevant yes", "mimics yes"]


def test_deleting_leaves_nothing(judge):
    one = judge()
    one.press("1", "5")
    one.page.get_by_label("Your name").fill("Ada")
    one.page.get_by_text("How to judge").click()
    one.page.get_by_role("button", name="Delete all answers").click()
    one.page.reload()
    assert one.pressed() == []
    assert one.page.get_by_label("Your name").input_value() == ""


def test_the_score_of_three_judges(judge, colorist, tmp_path):
    # A digit a sample; "-" is not answered.
    judges = {
        "Ada": ("112213", "444455"),
        "Bo": ("111113", "444455"),
        "Cy": ("11121-", "44445-"),
    }
    files = []
    for name, (relevant, mimics) in judges.items():
        one = judge()
        for first, second in zip(relevant, mimics, strict=True):
            one.press(*(key for key in (first, second) if key != "-"), "ArrowRight")
        files.append(tmp_path / f"{name}.json")
        one.export(files[-1], name)
    score = json.loads(colorist("report", "--score", *files, "--json"))
    relevant, mimics = (score["criteria"][name] for name in ("relevant", "mimics"))

    assert relevant["all"]["counts"] == {"yes": 12, "no": 3, "cannotTell": 2}
    assert relevant["all"]["shareOfYes"] == pytest.approx(12 / 17)
    assert relevant["majority"]["counts"] == {"yes": 4, "no": 1, "cannotTell": 1}
    assert [one["annotator"] for one in relevant["annotators"]] == list(judges)
    assert [one["counts"]["yes"] for one in relevant["annotators"]] == [3, 5, 4]
    # By hand: the samples have yyy, yyy, nyy, nyn, yyy and cc: 12 yes, 3 no, 2 cannot tell.
    equal = 3 * 3 + 2 / 2 + 2 / 2 + 2
    chance = 12 * 11 + 3 * 2 + 2 * 1
    assert relevant["agreement"]["equal"] == pytest.approx(equal / 17)
    alpha = (16 * equal - chance) / (17 * 16 - chance)
    assert relevant["agreement"]["alpha"] == pytest.approx(alpha)

    assert mimics["all"]["counts"] == {"yes": 12, "no": 5, "cannotTell": 0}
    assert mimics["agreement"]["alpha"] == pytest.approx(1)
